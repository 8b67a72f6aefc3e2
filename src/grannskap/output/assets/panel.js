"use strict";
// The panel folds, and its boxes switch the layers of the map.
grannskap.panel = (() => {
  const { state, wide, element } = grannskap;
  const roomy = () => matchMedia("(min-width: 1180px) and (min-height: 640px)").matches;
  const find = (selector) => document.querySelector(selector);

  function fold(open) {
    const button = find(".panel .fold");
    find(".panel").classList.toggle("folded", !open);
    button.setAttribute("aria-expanded", String(open));
    button.querySelector("span").textContent = state.settings.words[open ? "hide" : "show"];
  }

  function foldLayers(open) {
    find(".layers").classList.toggle("folded", !open);
    find(".layers h2 button").setAttribute("aria-expanded", String(open));
  }

  function open(map) {
    fold(wide());
    foldLayers(!wide() || roomy());
    find(".panel .fold").addEventListener("click", () => {
      fold(find(".panel").classList.contains("folded"));
      map.invalidateSize({ animate: false });
    });
    find(".layers h2 button").addEventListener("click", () => foldLayers(find(".layers").classList.contains("folded")));
  }

  function follow(map, box, made, rows) {
    const tell = () => {
      box.checked = map.hasLayer(made);
      if (rows) rows.hidden = !box.checked;
    };
    box.addEventListener("change", () => {
      if (box.checked) map.addLayer(made);
      else map.removeLayer(made);
      grannskap.restack(map);
    });
    made.on("add remove", tell);
    tell();
  }

  // Layers that somebody has added in Python: [name, layer] each.
  function others(map, added) {
    const drawn = added.filter(([, made]) => made);
    if (!drawn.length) return;
    const fields = element("fieldset");
    fields.append(element("legend", "", state.settings.words.more));
    drawn.forEach(([name, made]) => {
      const [label, box] = [element("label"), element("input")];
      box.type = "checkbox";
      label.append(box, element("span", "", name));
      fields.append(label);
      follow(map, box, made, null);
    });
    find("#layers-body").append(fields);
  }

  // A background from elsewhere lies in the place of the ground, and is fetched only when the button is pressed.
  function tiles(map) {
    const button = find("#tiles");
    if (!button) return;
    const { url, attribution } = state.settings.tiles;
    const made = L.tileLayer(url, { attribution, maxZoom: 20, maxNativeZoom: 19, crossOrigin: false });
    const ground = grannskap.entry("ground").made;
    button.addEventListener("click", () => {
      const on = !map.hasLayer(made);
      button.setAttribute("aria-pressed", String(on));
      if (on) map.addLayer(made).removeLayer(ground);
      else map.removeLayer(made).addLayer(ground);
    });
  }

  function list(map, added) {
    document.querySelectorAll("[data-layer]").forEach((box) => {
      const key = box.dataset.layer;
      follow(map, box, grannskap.entry(key).made, find(`[data-rows="${key}"]`));
    });
    others(map, added);
    tiles(map);
  }

  return { open, list };
})();
