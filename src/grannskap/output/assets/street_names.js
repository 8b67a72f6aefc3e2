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
    return { moveend: this._draw, resize: this._draw, zoomstart: this._hide };
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
    const taken = [];
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

  // The longest straight stretch in view that holds the name and is free, or nothing.
  _spot(line, width, view, taken) {
    const points = line.map((latlng) => this._map.latLngToContainerPoint(latlng));
    let best = null;
    for (let i = 1; i < points.length; i++) {
      const part = L.LineUtil.clipSegment(points[i - 1], points[i], view);
      const length = part ? part[0].distanceTo(part[1]) : 0;
      if (length > width + 12 && (!best || length > best.length)) best = { part, length };
    }
    if (!best) return null;
    const [a, b] = best.part;
    const spot = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, angle: Math.atan2(b.y - a.y, b.x - a.x) };
    if (Math.abs(spot.angle) > Math.PI / 2) spot.angle += Math.PI;
    return this._free(spot, width, taken) ? spot : null;
  },

  // A name takes room as a row of small circles along its line.
  _free(spot, width, taken) {
    const room = [];
    for (let at = -width / 2; at <= width / 2; at += 8) {
      room.push([spot.x + at * Math.cos(spot.angle), spot.y + at * Math.sin(spot.angle)]);
    }
    const free = room.every(([x, y]) => taken.every(([u, v]) => Math.hypot(x - u, y - v) > 15));
    if (free) taken.push(...room);
    return free;
  },
});
