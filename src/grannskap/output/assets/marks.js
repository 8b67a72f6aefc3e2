"use strict";
// The signs on the map: discs and letters as elements that the keyboard reaches, the many dots on a canvas.
grannskap.marks = (() => {
  const { state, element, record, hint } = grannskap;
  const CROWDED = /^(top$|destinations-)/;
  const LETTER_RADIUS = 12;

  // From afar dots shrink, so that the many do not hide the walks.
  const scale = (map) => Math.min(1, Math.max(0.36, 0.36 + 0.28 * (map.getZoom() - 14.75)));

  // A circle on the canvas that carries its rank when the map is near enough to read it.
  const Dot = L.CircleMarker.extend({
    _project() {
      const size = scale(this._map);
      this._radius = this.options.radius * size;
      this.options.weight = this.options.line * Math.max(0.55, size);
      if (this.options.unsure) this.options._dashArray = dashes(this._radius);
      L.CircleMarker.prototype._project.call(this);
    },
    _updatePath() {
      L.CircleMarker.prototype._updatePath.call(this);
      const rank = (record(this.feature.properties) || {}).n;
      if (!rank || this._map.getZoom() < 17 || this._radius < 7) return;
      const pen = this._renderer._ctx;
      pen.font = `600 ${rank > 99 ? 8 : 9.5}px ${getComputedStyle(document.body).fontFamily}`;
      pen.fillStyle = this.options.color;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(rank, this._point.x, this._point.y + 0.5);
    },
  });

  // A ring in equal dashes, however small it is.
  function dashes(r) {
    const step = (2 * Math.PI * r) / Math.max(4, Math.round(r * 1.3));
    return [step * 0.58, step * 0.42];
  }

  // A bench seen from the side, with a light edge.
  const Seat = L.CircleMarker.extend({
    _updatePath() {
      const pen = this._renderer._ctx;
      if (!this._renderer._drawing || this._empty()) return;
      const { x, y } = this._point;
      const strokes = [[-5, -1, 5, -1], [-3.5, -1, -3.5, 3.5], [3.5, -1, 3.5, 3.5], [-5, -4, 5, -4]];
      pen.lineCap = "round";
      for (const [colour, width] of [["#ffffff", 4.5], [this.options.color, this.options.weight]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.beginPath();
        strokes.forEach(([a, b, c, d]) => { pen.moveTo(x + a, y + b); pen.lineTo(x + c, y + d); });
        pen.stroke();
      }
    },
  });

  function dot(latlng, p, styles) {
    const style = styles[p.s] || styles.dot;
    const unsure = Boolean((record(p) || {}).u);
    const options = { ...style, radius: p.r || style.radius, line: style.weight, unsure, bubblingMouseEvents: false };
    return p.s === "seat" ? new Seat(latlng, options) : new Dot(latlng, options);
  }

  function sign(latlng, p, mark) {
    const actor = record(p) || {};
    const box = element("span", `${mark.className}${actor.u ? " unsure" : ""}${p.m ? " minor" : ""}`);
    const size = p.r ? 2 * p.r : mark.size;
    box.style.width = box.style.height = `${size}px`;
    if (mark.colour) Object.assign(box.style, { background: mark.colour, color: mark.ink });
    if (actor.n || mark.letter) box.append(element("b", "", actor.n || mark.letter));
    const icon = L.divIcon({ html: box, className: "mark", iconSize: [size, size], popupAnchor: [0, -size / 2] });
    const raised = mark.raised - (actor.n || 0) * 10 - (p.m ? 400 : 0);
    const marker = L.marker(latlng, { icon, zIndexOffset: raised, keyboard: !p.m && p.i !== "site", riseOnHover: true });
    const label = [actor.n, actor.t || p.t, hint(p)].filter(Boolean).join(", ");
    marker.on("add", () => {
      marker.getElement().setAttribute("role", marker.options.keyboard ? "button" : "img");
      marker.getElement().setAttribute("aria-label", label);
    });
    return marker;
  }

  // The discs and the letters of much used destinations that are on the map.
  function crowd(map) {
    return state.layers.filter(({ key, made }) => CROWDED.test(key) && map.hasLayer(made))
      .flatMap(({ made }) => made.getLayers())
      .filter((m) => m.getElement && m.getElement() && !m.feature.properties.m);
  }

  // Signs that would cover one another are moved apart; a line leads back to the true place.
  function spread(map) {
    const signs = crowd(map).map((m) => {
      const at = map.latLngToLayerPoint(m.getLatLng());
      return { m, home: at, x: at.x, y: at.y, r: m.feature.properties.r || LETTER_RADIUS };
    });
    const fixed = state.site ? map.latLngToLayerPoint(state.site.getLatLng()) : null;
    for (let round = 0; round < 80; round++) {
      signs.forEach((a, i) => {
        if (fixed) push(a, { x: fixed.x, y: fixed.y, r: 12 }, 1);
        for (let k = i + 1; k < signs.length; k++) push(a, signs[k], 0.5);
      });
    }
    signs.forEach(place);
  }

  // Where the signs stand in the map's box, for what must not be written under them.
  function spots(map) {
    const site = state.site && state.site._map ? [{ m: state.site, r: 12, shift: [0, 0] }] : [];
    return [...site, ...crowd(map).map((m) => ({ m, r: m.feature.properties.r || LETTER_RADIUS, shift: m.shift || [0, 0] }))]
      .map(({ m, r, shift }) => ({ at: map.latLngToContainerPoint(m.getLatLng()).add(shift), r }));
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

  // The sign is moved as a whole, so that it is pressed where it is seen.
  function place(disc) {
    const box = disc.m.getElement();
    const half = disc.m.options.icon.options.iconSize[0] / 2;
    const [dx, dy] = [disc.x - disc.home.x, disc.y - disc.home.y];
    const far = Math.hypot(dx, dy);
    disc.m.shift = [dx, dy];
    box.style.margin = `${(dy - half).toFixed(1)}px 0 0 ${(dx - half).toFixed(1)}px`;
    let line = box.querySelector("i");
    if (!line) { line = element("i", "leader"); box.prepend(line); }
    line.hidden = far <= 3;
    line.style.width = `${far}px`;
    line.style.transform = `rotate(${Math.atan2(-dy, -dx)}rad)`;
  }

  return { dot, sign, spread, spots, scale };
})();
