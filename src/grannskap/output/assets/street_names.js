"use strict";
// Writes street names along the streets in view, the longest first, where they do not collide.
const StreetNames = L.Layer.extend({
  initialize(names) {
    this._names = names;
  },

  onAdd(map) {
    if (!map.getPane("names")) {
      map.createPane("names").style.zIndex = 450;
      map.getPane("names").style.pointerEvents = "none";
    }
    this._canvas = document.createElement("canvas");
    map.getPane("names").append(this._canvas);
    this._draw();
  },

  onRemove() {
    this._canvas.remove();
  },

  getEvents() {
    return { moveend: this._draw, resize: this._draw, restacked: this._draw, zoomstart: this._hide };
  },

  _hide() {
    this._canvas.style.visibility = "hidden";
  },

  _draw() {
    const size = this._map.getSize();
    const dense = window.devicePixelRatio || 1;
    Object.assign(this._canvas, { width: size.x * dense, height: size.y * dense });
    Object.assign(this._canvas.style, { width: `${size.x}px`, height: `${size.y}px`, visibility: "" });
    L.DomUtil.setPosition(this._canvas, this._map.containerPointToLayerPoint([0, 0]));
    const pen = this._canvas.getContext("2d");
    pen.scale(dense, dense);
    this._write(pen, L.bounds([0, 0], size));
  },

  _write(pen, view) {
    const style = getComputedStyle(document.body);
    pen.font = `500 11px ${style.fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 3.5;
    pen.strokeStyle = style.getPropertyValue("--paper");
    pen.fillStyle = style.getPropertyValue("--quiet-ink");
    const taken = this._signs();
    const written = new Set();
    for (const [name, line] of this._names) {
      if (written.has(name)) continue;
      const spot = this._spot(line, pen.measureText(name).width, view, taken);
      if (!spot) continue;
      written.add(name);
      pen.save();
      pen.translate(spot.x, spot.y);
      pen.rotate(spot.angle);
      pen.strokeText(name, 0, 0);
      pen.fillText(name, 0, 0);
      pen.restore();
    }
  },

  // What names must not run under, as circles: the signs on the map, and whatever lies over a part of it.
  _signs() {
    const signs = grannskap.marks.spots(this._map).map(({ at, r }) => ({ x: at.x, y: at.y, r }));
    const box = this._map.getContainer().getBoundingClientRect();
    const over = [...document.querySelectorAll(".layers, .folium-map .leaflet-control")]
      .map((each) => each.getBoundingClientRect())
      .filter((each) => each.width && each.left < box.right && each.top < box.bottom && each.right > box.left)
      .map((each) => L.bounds([each.left - box.left, each.top - box.top], [each.right - box.left, each.bottom - box.top]));
    return { circles: signs, boxes: over };
  },

  // A straight stretch in view that holds the name where it is free, the longest first, or nothing.
  _spot(line, width, view, taken) {
    const points = line.map((latlng) => this._map.latLngToContainerPoint(latlng));
    const parts = points.slice(1)
      .map((b, i) => L.LineUtil.clipSegment(points[i], b, view))
      .filter((part) => part && part[0].distanceTo(part[1]) > width + 12)
      .sort(([a, b], [c, d]) => c.distanceTo(d) - a.distanceTo(b));
    for (const [a, b] of parts.slice(0, 4)) {
      const spare = (a.distanceTo(b) - width - 12) / (2 * a.distanceTo(b));
      for (const along of [0.5, 0.5 - spare / 2, 0.5 + spare / 2, 0.5 - spare, 0.5 + spare]) {
        const spot = { x: a.x + (b.x - a.x) * along, y: a.y + (b.y - a.y) * along, angle: Math.atan2(b.y - a.y, b.x - a.x) };
        if (Math.abs(spot.angle) > Math.PI / 2) spot.angle += Math.PI;
        if (this._free(spot, width, taken)) return spot;
      }
    }
    return null;
  },

  // A name takes room as a row of small circles along its line.
  _free(spot, width, { circles, boxes }) {
    const room = [];
    for (let at = -width / 2; at <= width / 2; at += 8) {
      room.push({ x: spot.x + at * Math.cos(spot.angle), y: spot.y + at * Math.sin(spot.angle), r: 7.5 });
    }
    const free = room.every(({ x, y, r }) => (
      circles.every((each) => Math.hypot(x - each.x, y - each.y) > r + each.r) && boxes.every((box) => !box.contains([x, y]))
    ));
    if (free) circles.push(...room);
    return free;
  },
});
