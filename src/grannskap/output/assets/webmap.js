"use strict";
// Opens the map and draws its layers. Every name is set as text (textContent), never as markup.

// What somebody adds with folium: its popups ask jQuery for the element of their markup (a script element in
// it does not run).
const $ = (markup) => {
  const box = document.createElement("template");
  box.innerHTML = markup.trim();
  return [box.content.firstElementChild];
};

const grannskap = (() => {
  const NEAR_ZOOM = 16.6;
  const state = { settings: {}, layers: [], site: null };
  const wide = () => matchMedia("(min-width: 900px)").matches;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // A sentence with its places for values filled in.
  function said(word, values) {
    return state.settings.words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // What is told of an actor in the list; its properties on the map only say which it is.
  const record = (p) => (p.a === undefined ? null : state.settings.actors[p.a]);

  function heading(title) {
    const strong = element("strong", "card-title");
    strong.append(element("bdi", "", title));
    return strong;
  }

  function card(p, labels) {
    const box = element("div", "card");
    const list = element("dl");
    p.d.forEach((value, i) => {
      if (labels[i]) list.append(element("dt", "", labels[i]), element("dd", "", value));
    });
    box.append(heading(p.t), list);
    return box;
  }

  function hint(p) {
    const actor = record(p);
    return actor ? said("passages", { n: actor.p }) : p.h;
  }

  function tip(p) {
    const box = element("div", "tip");
    box.append(heading((record(p) || p).t));
    if (hint(p)) box.append(element("span", "", hint(p)));
    return box;
  }

  function chosen(e, actor) {
    const { key } = e.originalEvent || {};
    if (e.type === "keypress" && key !== "Enter" && key !== " ") return;
    if (key) e.originalEvent.preventDefault();
    grannskap.actors.choose(actor);
  }

  function prepare(spec, p, made) {
    if (p.i === "site") state.site = made;
    if (p.a !== undefined) made.on("click keypress", (e) => chosen(e, p.a));
    else if (p.d) made.bindPopup(() => card(p, spec.labels || []), { maxWidth: 290, autoPanPadding: [24, 24] });
    if (p.t || p.a !== undefined) {
      made.bindTooltip(() => tip(p), { sticky: !(made instanceof L.Marker), direction: "auto" });
    }
  }

  function geoJson(map, spec) {
    const ground = spec.pane === "ground";
    const styles = spec.styles || {};
    return L.geoJSON(spec.features, {
      interactive: !ground,
      ...(ground ? { renderer: map.groundRenderer, pane: "ground" } : {}),
      style: (feature) => styles[feature.properties.s],
      pointToLayer: (feature, latlng) => {
        const p = feature.properties;
        return spec.mark ? grannskap.marks.sign(latlng, p, spec.mark) : grannskap.marks.dot(latlng, p, styles);
      },
      onEachFeature: (feature, made) => prepare(spec, feature.properties, made),
    });
  }

  function layer(map, spec) {
    const made = spec.names ? new StreetNames(spec.names) : geoJson(map, spec);
    const entry = { made, key: spec.key, order: spec.order, shapes: spec.names ? [] : made.getLayers() };
    state.layers.push(entry);
    state.layers.sort((a, b) => a.order - b.order);
    if (spec.key === "ground") map.on("zoomend", () => widenStreets(map, made, spec.styles));
    return made;
  }

  const entry = (key) => state.layers.find((each) => each.key === key);

  // Streets grow as one comes nearer, as they would in a drawing to scale.
  function widenStreets(map, made, styles) {
    const scale = Math.min(3.5, Math.max(0.7, 2 ** (map.getZoom() - 15.75)));
    made.eachLayer((shape) => {
      const { weight, scaled } = styles[shape.feature.properties.s];
      if (scaled) shape.setStyle({ weight: weight * scale });
    });
  }

  // After layers have come or gone: which lies on top, and where signs and names find room.
  function restack(map) {
    state.layers.forEach(({ made }) => {
      if (map.hasLayer(made) && made.bringToFront) made.bringToFront();
    });
    grannskap.marks.spread(map);
    map.fire("restacked");
  }

  function markDistance(map) {
    map.getContainer().classList.toggle("far", map.getZoom() < NEAR_ZOOM);
    document.documentElement.style.setProperty("--dots", grannskap.marks.scale(map));
  }

  // The part of the map that the open list of layers does not cover.
  function room(pad = 6) {
    const box = document.querySelector(".layers:not(.folded)");
    const covered = wide() && box ? box.offsetWidth + 16 : 0;
    return { paddingTopLeft: [pad, pad], paddingBottomRight: [pad + covered, pad] };
  }

  // A canvas as a picture of itself: browsers print what was drawn on a canvas just now as if it were empty.
  function pictured(canvas) {
    const copy = canvas.cloneNode();
    copy.getContext("2d").drawImage(canvas, 0, 0);
    copy.className = "copy";
    canvas.before(copy);
    canvas.hidden = true;
  }

  // On paper the map has the width of the page, and shows again what it showed at first.
  function printable(map, view) {
    const box = map.getContainer();
    let before = null;
    addEventListener("beforeprint", () => {
      before = { centre: map.getCenter(), zoom: map.getZoom() };
      box.classList.add("on-paper");
      map.invalidateSize({ animate: false });
      map.fitBounds(view, { animate: false });
      map.eachLayer((each) => { if (each instanceof L.Canvas) each._redraw(); });
      box.querySelectorAll("canvas").forEach(pictured);
    });
    addEventListener("afterprint", () => {
      box.querySelectorAll("canvas.copy").forEach((copy) => copy.remove());
      box.querySelectorAll("canvas").forEach((canvas) => { canvas.hidden = false; });
      box.classList.remove("on-paper");
      map.invalidateSize({ animate: false });
      map.setView(before.centre, before.zoom, { animate: false });
    });
  }

  function listen(map) {
    map.on("zoomend", () => {
      markDistance(map);
      grannskap.marks.spread(map);
    });
    map.on("popupopen", (e) => {
      const close = e.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", state.settings.words.close);
    });
    document.querySelector("[data-skip]").addEventListener("click", (e) => {
      e.preventDefault();
      map.getContainer().focus();
    });
    document.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || (e.target.type === "search" && e.target.value)) return;
      if (map._popup && map._popup.isOpen()) map.closePopup();
      else if (grannskap.actors) grannskap.actors.back();
    });
    new ResizeObserver(() => {
      if (!map.getContainer().matches(".on-paper")) map.invalidateSize({ animate: false });
    }).observe(map.getContainer());
  }

  // The picture of Leaflet's own markers, which somebody may add, is in the style sheet.
  function pin() {
    const probe = element("i", "leaflet-default-icon-path");
    document.body.append(probe);
    const iconUrl = getComputedStyle(probe).backgroundImage.slice(5, -2);
    probe.remove();
    L.Icon.Default.imagePath = "";
    L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: iconUrl, shadowUrl: L.Util.emptyImageUrl });
  }

  function open(map, settings) {
    const { words, limits, view, near } = settings;
    state.settings = settings;
    grannskap.panel.open(map);
    pin();
    map.createPane("ground").style.zIndex = 210;
    map.getPane("ground").style.pointerEvents = "none";
    map.groundRenderer = L.canvas({ pane: "ground", padding: 0.3 });
    map.invalidateSize({ animate: false });
    L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther, position: "topleft" }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: wide() ? 140 : 96, position: "bottomleft" }).addTo(map);
    const source = [wide() && words.dated, words.attribution].filter(Boolean).join(" · ");
    L.control.attribution({ prefix: false }).addAttribution(source).addTo(map);
    listen(map);
    printable(map, view);
    map.fitBounds(wide() ? view : near || view, { ...room(wide() ? 26 : 14), maxZoom: 17.5, animate: false });
    markDistance(map);
    map.setMaxBounds(L.latLngBounds(limits).pad(0.8));
  }

  // The last step: all layers are there.
  function listed(map, others) {
    grannskap.panel.list(map, others);
    restack(map);
    if (state.settings.actors) grannskap.actors.open(map);
  }

  return { state, wide, still, element, said, record, hint, layer, entry, restack, room, open, listed };
})();
