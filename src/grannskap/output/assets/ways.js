"use strict";
// The walks past one actor by errand: side by side along each street, each as wide as its share of those who pass.
// Lines come as steps of 1e-5 degrees and lead away from the site, so that an errand keeps its side.
grannskap.ways = (() => {
  const CASING = 1.6;
  const WIDEST = 22;
  const SHARPEST = 0.35;
  const LETTER = { size: 15, apart: 24, again: 190, least: 26 };

  function decoded(steps) {
    const [at, path] = [[0, 0], []];
    for (let i = 0; i < steps.length; i += 2) {
      at[0] += steps[i];
      at[1] += steps[i + 1];
      path.push([at[0] / 1e5, at[1] / 1e5]);
    }
    return path;
  }

  // Points moved to the right of the line by so many pixels.
  function beside(points, aside) {
    const normals = points.slice(1).map((b, i) => {
      const [dx, dy] = [b.x - points[i].x, b.y - points[i].y];
      const length = Math.hypot(dx, dy) || 1;
      return { x: -dy / length, y: dx / length };
    });
    return points.map((point, i) => {
      const [a, b] = [normals[Math.max(i - 1, 0)], normals[Math.min(i, normals.length - 1)]];
      const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
      const scale = aside / Math.max(x * x + y * y, SHARPEST);
      return L.point(point.x + x * scale, point.y + y * scale);
    });
  }

  const Strand = L.Polyline.extend({
    _simplifyPoints() {
      L.Polyline.prototype._simplifyPoints.call(this);
      if (this.options.aside) {
        this._parts = this._parts.map((part) => (part.length > 1 ? beside(part, this.options.aside) : part));
      }
    },
  });

  // Which errands go along each line, and how wide: those lines together that have the same.
  function bundles(drawn, number, only) {
    const strands = new Map();
    drawn.of[number].forEach(([errand, ...classes]) => {
      if (only !== null && errand !== only) return;
      classes.forEach((steps, i) => {
        let line = 0;
        steps.forEach((step) => {
          line += step;
          if (!strands.has(line)) strands.set(line, []);
          strands.get(line).push([errand, drawn.widths[i]]);
        });
      });
    });
    const alike = new Map();
    strands.forEach((errands, line) => {
      const key = JSON.stringify(errands);
      if (!alike.has(key)) alike.set(key, { errands, paths: [] });
      alike.get(key).paths.push(...drawn.lines[line].map(decoded));
    });
    return [...alike.values()];
  }

  // Where the letter of each errand stands along its strands: on the longest straight stretches in view that are free.
  function letterSpots(map, strands) {
    const view = L.bounds([0, 0], map.getSize());
    const stretches = strands.flatMap(({ path, aside, errand }) => {
      const points = beside(path.map((at) => map.latLngToContainerPoint(at)), aside);
      return points.slice(1).map((b, i) => ({ errand, part: L.LineUtil.clipSegment(points[i], b, view) }))
        .filter(({ part }) => part)
        .map(({ part: [a, b], ...rest }) => ({ ...rest, at: a.add(b).divideBy(2), length: a.distanceTo(b) }));
    });
    const taken = [];
    stretches.filter(({ length }) => length > LETTER.least).sort((a, b) => b.length - a.length).forEach((each) => {
      const free = taken.every(({ at, errand }) => (
        at.distanceTo(each.at) > (errand === each.errand ? LETTER.again : LETTER.apart)
      ));
      if (free) taken.push(each);
    });
    return taken;
  }

  function letter(map, errand, at) {
    const box = grannskap.element("span", "sign letter", errand.letter);
    Object.assign(box.style, { background: errand.colour, color: errand.ink });
    const icon = L.divIcon({ html: box, className: "mark", iconSize: [LETTER.size, LETTER.size] });
    const latlng = map.containerPointToLatLng(at);
    return L.marker(latlng, { icon, pane: "letters", interactive: false, keyboard: false, alt: "" });
  }

  function ways(map, { ways: drawn, errands }) {
    map.createPane("ways").style.zIndex = 410;
    map.createPane("letters").style.zIndex = 590;
    ["ways", "letters"].forEach((pane) => { map.getPane(pane).style.pointerEvents = "none"; });
    const renderer = L.canvas({ pane: "ways", padding: 0.3 });
    const shown = L.layerGroup().addTo(map);
    const letters = L.layerGroup().addTo(map);
    let strands = [];

    function line(paths, style) {
      shown.addLayer(new Strand(paths, { ...style, pane: "ways", renderer, interactive: false }));
    }

    function write() {
      letters.clearLayers();
      letterSpots(map, strands).forEach(({ errand, at }) => letters.addLayer(letter(map, errands[errand], at)));
      letters.eachLayer((made) => made.getElement().setAttribute("aria-hidden", "true"));
    }

    function hide() {
      [shown, letters].forEach((group) => group.clearLayers());
      strands = [];
      map.getContainer().classList.remove("explained");
    }

    // Draws the walks past an actor, of one errand or of all, and answers where they are.
    function show(number, only = null) {
      hide();
      const bounds = L.latLngBounds([]);
      const found = bundles(drawn, number, only).map((bundle) => {
        const total = bundle.errands.reduce((sum, [, width]) => sum + width, 0);
        return { ...bundle, total, scale: Math.min(1, WIDEST / total) };
      });
      found.forEach(({ paths, total, scale }) => {
        paths.flat().forEach((at) => bounds.extend(at));
        line(paths, { color: "#1d1d1b", weight: total * scale + CASING });
      });
      found.forEach(({ paths, total, scale, errands: along }) => {
        let left = (-total * scale) / 2;
        along.forEach(([errand, width]) => {
          const aside = left + (width * scale) / 2;
          line(paths, { color: errands[errand].colour, weight: width * scale, aside, errand });
          strands.push(...paths.map((path) => ({ path, aside, errand })));
          left += width * scale;
        });
      });
      map.getContainer().classList.add("explained");
      write();
      return bounds;
    }

    map.on("moveend", () => { if (strands.length) write(); });
    return { show, hide, shown };
  }

  return ways;
})();
