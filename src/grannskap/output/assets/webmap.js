"use strict";
// Draws the layers of the page. Every name is set as text (textContent), never as markup.
const grannskap = (() => {
  const state = { settings: {}, layers: [], marks: {}, before: null };
  const wide = () => matchMedia("(min-width: 900px)").matches;
  const roomy = () => matchMedia("(min-width: 1100px) and (min-height: 600px)").matches;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function heading(title) {
    const strong = element("strong", "card-title");
    strong.append(element("bdi", "", title));
    return strong;
  }

  function card(p, labels) {
    const box = element("div", "card");
    box.append(heading(p.t));
    if (p.x) box.append(element("p", "", p.x));
    if (p.w !== undefined) box.append(element("small", "", state.settings.words.ways));
    const list = element("dl");
    (p.d || []).forEach((value, i) => {
      if (labels[i]) list.append(element("dt", "", labels[i]), element("dd", "", value));
    });
    if (list.children.length) box.append(list);
    return box;
  }

  function tip(p) {
    const box = element("div", "tip");
    box.append(heading(p.t));
    if (p.h) box.append(element("span", "", p.h));
    return box;
  }

  // A circle on the canvas that carries its rank when the map is near enough to read it.
  // From afar it shrinks, so that the many do not hide the streets.
  const Dot = L.CircleMarker.extend({
    _project() {
      const scale = Math.min(1, Math.max(0.4, 0.4 + 0.3 * (this._map.getZoom() - 14.5)));
      this._radius = this.options.radius * scale;
      L.CircleMarker.prototype._project.call(this);
    },
    _updatePath() {
      L.CircleMarker.prototype._updatePath.call(this);
      const rank = this.feature && this.feature.properties.n;
      if (!rank || this._map.getZoom() < 17 || this._radius < 7) return;
      const pen = this._renderer._ctx;
      pen.font = `600 ${rank > 99 ? 8 : 9.5}px ${getComputedStyle(document.body).fontFamily}`;
      pen.fillStyle = this.options.color;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(rank, this._point.x, this._point.y + 0.5);
    },
  });

  function domMark(latlng, p, mark) {
    const sign = element("span", `${mark.className}${p.u ? " unsure" : ""}${p.m ? " minor" : ""}`);
    const size = p.r ? 2 * p.r : mark.size;
    sign.style.width = sign.style.height = `${size}px`;
    if (mark.colour) Object.assign(sign.style, { background: mark.colour, color: mark.ink });
    if (p.n || mark.letter) sign.append(element("b", "", p.n || mark.letter));
    const icon = L.divIcon({ html: sign, className: "mark", iconSize: [size, size], popupAnchor: [0, -size / 2] });
    const raised = mark.raised - (p.n || 0) * 10 - (p.m ? 400 : 0);
    const marker = L.marker(latlng, { icon, zIndexOffset: raised, keyboard: !p.m, riseOnHover: true });
    marker.on("add", () => {
      marker.getElement().setAttribute("aria-label", [p.n, p.t, p.h].filter(Boolean).join(", "));
    });
    return marker;
  }

  function prepare(map, spec, p, made) {
    if (p.i) state.marks[p.i] = made;
    if (p.d) made.bindPopup(() => card(p, spec.labels || []), { maxWidth: 290, autoPanPadding: [24, 24] });
    if (p.w !== undefined) made.on("popupopen", () => state.ways.show(p.w)).on("popupclose", () => state.ways.hide());
    if (p.t) made.bindTooltip(() => tip(p), { sticky: !(made instanceof L.Marker), direction: "auto" });
  }

  function geoJson(map, spec) {
    const ground = spec.pane === "ground";
    return L.geoJSON(spec.features, {
      interactive: !ground,
      ...(ground ? { renderer: map.groundRenderer, pane: "ground" } : {}),
      style: (feature) => (spec.styles || {})[feature.properties.s],
      pointToLayer: (feature, latlng) =>
        spec.mark
          ? domMark(latlng, feature.properties, spec.mark)
          : new Dot(latlng, dotStyle(feature.properties, spec.styles)),
      onEachFeature: (feature, made) => prepare(map, spec, feature.properties, made),
    });
  }

  function dotStyle(p, styles) {
    const style = styles[p.s] || styles.dot;
    return { ...style, radius: p.r || style.radius, dashArray: p.u ? "2 3" : null };
  }

  function layer(map, spec) {
    const made = spec.names ? new StreetNames(spec.names) : geoJson(map, spec);
    made.grannskapKey = spec.key;
    state.layers.push({ made, order: spec.order });
    state.layers.sort((a, b) => a.order - b.order);
    if (spec.key === "top") {
      made.on("add", () => spread(map, made));
      map.on("zoomend", () => spread(map, made));
    }
    if (spec.key === "ground") map.on("zoomend", () => widenStreets(map, made, spec.styles));
    return made;
  }

  // Streets grow as one comes nearer, as they would in a drawing to scale.
  function widenStreets(map, made, styles) {
    const scale = Math.min(3.5, Math.max(0.7, 2 ** (map.getZoom() - 15.75)));
    made.eachLayer((shape) => {
      const { weight, scaled } = styles[shape.feature.properties.s];
      if (scaled) shape.setStyle({ weight: weight * scale });
    });
  }

  // Discs that would cover one another are moved apart; a line leads back to the true place.
  function spread(map, group) {
    if (!map.hasLayer(group)) return;
    const discs = group.getLayers().filter((m) => m.getElement()).map((m) => {
      const at = map.latLngToLayerPoint(m.getLatLng());
      return { m, home: at, x: at.x, y: at.y, r: m.feature.properties.r };
    });
    const fixed = state.marks.site ? map.latLngToLayerPoint(state.marks.site.getLatLng()) : null;
    for (let round = 0; round < 80; round++) {
      discs.forEach((a, i) => {
        if (fixed) push(a, { x: fixed.x, y: fixed.y, r: 12 }, 1);
        discs.slice(i + 1).forEach((b) => push(a, b, 0.5));
      });
    }
    discs.forEach(place);
  }

  function push(a, b, share) {
    const apart = a.r + b.r + 2;
    const dx = a.x - b.x || 0.01;
    const dy = a.y - b.y || 0.02;
    const distance = Math.hypot(dx, dy);
    if (distance >= apart) return;
    const step = (apart - distance) / distance;
    a.x += dx * step * share;
    a.y += dy * step * share;
    if (share < 1) { b.x -= dx * step * share; b.y -= dy * step * share; }
  }

  function place(disc) {
    const box = disc.m.getElement();
    const [dx, dy] = [disc.x - disc.home.x, disc.y - disc.home.y];
    const far = Math.hypot(dx, dy);
    box.querySelector("span").style.transform = `translate(${dx.toFixed(1)}px, ${dy.toFixed(1)}px)`;
    let line = box.querySelector("i");
    if (!line) { line = element("i", "leader"); box.prepend(line); }
    line.style.width = `${far > 3 ? far : 0}px`;
    line.style.transform = `rotate(${Math.atan2(dy, dx)}rad)`;
  }

  function restack(map) {
    state.layers.forEach(({ made }) => {
      if (map.hasLayer(made) && made.bringToFront) made.bringToFront();
    });
  }

  function show(map, button) {
    const mark = state.marks[button.dataset.show];
    if (!mark) return;
    if (mark.isPopupOpen()) { back(map); return; }
    state.before = state.before || { centre: map.getCenter(), zoom: map.getZoom() };
    state.button = button;
    if (!wide()) document.querySelector(".panel").open = false;
    const top = state.layers.find(({ made }) => made.hasLayer && made.hasLayer(mark));
    if (top && !map.hasLayer(top.made)) map.addLayer(top.made);
    map.setView(mark.getLatLng(), Math.max(map.getZoom(), 16.5), { animate: !still() });
    mark.openPopup();
  }

  function back(map) {
    map.closePopup();
    if (!state.before) return;
    map.setView(state.before.centre, state.before.zoom, { animate: !still() });
    state.before = null;
    if (wide()) state.button.focus();
  }

  function markDistance(map) {
    map.getContainer().classList.toggle("far", map.getZoom() < 16);
  }

  function listen(map) {
    map.on("overlayadd", () => restack(map));
    map.on("zoomend", () => markDistance(map));
    map.on("popupopen", (e) => {
      const close = e.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", state.settings.words.close);
    });
    document.querySelectorAll("[data-show]").forEach((button) => {
      button.addEventListener("click", () => show(map, button));
    });
    document.addEventListener("keydown", (e) => { if (e.key === "Escape") back(map); });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  }

  function open(map, settings) {
    const { words, limits, view } = settings;
    state.settings = settings;
    if (!wide()) document.querySelector(".panel").open = false;
    map.createPane("ground").style.zIndex = 210;
    map.getPane("ground").style.pointerEvents = "none";
    map.groundRenderer = L.canvas({ pane: "ground", padding: 0.3 });
    const flows = () => state.layers.filter(({ made }) => made.grannskapKey === "flows").map(({ made }) => made);
    state.ways = grannskapWays(map, settings.ways, flows);
    map.invalidateSize({ animate: false });
    L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther, position: "topleft" }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
    L.control.attribution({ prefix: false }).addAttribution(words.attribution).addTo(map);
    listen(map);
    map.fitBounds(view, { padding: [6, 6], maxZoom: 17, animate: false });
    if (!wide()) map.setZoom(map.getZoom() + 1, { animate: false });
    markDistance(map);
    map.setMaxBounds(L.latLngBounds(limits).pad(0.8));
    nameLayerControl(words);
  }

  function nameLayerControl(words) {
    const onAdd = L.Control.Layers.prototype.onAdd;
    L.Control.Layers.include({
      onAdd(map) {
        if (roomy()) this.options.collapsed = false;
        const box = onAdd.call(this, map);
        const toggle = box.querySelector(".leaflet-control-layers-toggle");
        toggle.title = words.layers;
        toggle.setAttribute("aria-label", words.layers);
        box.querySelector(".leaflet-control-layers-list").prepend(element("h2", "", words.layers));
        return box;
      },
    });
  }

  return { open, layer, state };
})();
