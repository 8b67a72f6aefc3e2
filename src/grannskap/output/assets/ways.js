"use strict";
// The walks past one actor, drawn while its card is open. Lines come as steps of 1e-5 degrees.
const grannskapWays = (() => {
  const FADED = 0.22;

  function decoded(steps) {
    const [at, path] = [[0, 0], []];
    for (let i = 0; i < steps.length; i += 2) {
      at[0] += steps[i];
      at[1] += steps[i + 1];
      path.push([at[0] / 1e5, at[1] / 1e5]);
    }
    return path;
  }

  function fade(flows, opacity) {
    flows.forEach((layer) => layer.setStyle({ opacity }));
  }

  // Answers with two functions: show the walks past an actor by its number, and hide them again.
  function ways(map, drawn, flows) {
    map.createPane("ways").style.zIndex = 410;
    map.getPane("ways").style.pointerEvents = "none";
    const renderer = L.canvas({ pane: "ways", padding: 0.3 });
    const shown = L.layerGroup().addTo(map);

    function hide() {
      if (!shown.getLayers().length) return;
      shown.clearLayers();
      fade(flows(), 1);
    }

    function show(number) {
      hide();
      drawn.of[number].forEach((lines, i) => {
        const paths = lines.flatMap((line) => drawn.lines[line].map(decoded));
        const style = { ...drawn.styles[i], pane: "ways", renderer, interactive: false };
        if (paths.length) shown.addLayer(L.polyline(paths, style));
      });
      fade(flows(), FADED);
    }

    return { show, hide, shown };
  }

  return ways;
})();
