"use strict";
// The list of actors and the map tell of one another: what is chosen in one is shown in the other.
grannskap.actors = (() => {
  const { state: page, wide, still, element, said } = grannskap;
  const AT_ONCE = wide() ? 25 : 10;
  const NEAR_ZOOM = 16.5;
  const FILTERED = ["top", "passed", "silent", "schools"];
  const state = { chosen: null, from: null, before: null, shown: AT_ONCE, marks: new Map(), rows: new Map() };
  const find = (selector) => document.querySelector(selector);
  let map;
  let ways;

  const all = () => page.settings.actors;
  const group = () => (find("#kinds") ? find("#kinds").value : "");
  const inGroup = (g) => group() === "" || g === Number(group());

  function found() {
    const text = find("#search").value.trim().toLocaleLowerCase();
    return [...all().keys()].filter((a) => inGroup(all()[a].g) && all()[a].t.toLocaleLowerCase().includes(text));
  }

  function row(a) {
    const actor = all()[a];
    const made = find("template.row").content.cloneNode(true).firstElementChild;
    made.querySelector(".disc").textContent = actor.n;
    made.querySelector(".disc").classList.toggle("unsure", Boolean(actor.u));
    made.querySelector(".disc").classList.toggle("rest", actor.n > 10);
    made.querySelector("bdi").textContent = actor.t;
    made.querySelector("small").textContent = page.settings.kinds[actor.k];
    made.querySelector(".many").textContent = actor.p;
    made.querySelector(".interval").textContent = actor.i || "–";
    if (actor.u) made.querySelector(".interval").append(element("span", "unseen", ` (${page.settings.words.unsure})`));
    made.querySelector("button").dataset.actor = a;
    if (a === state.chosen) made.querySelector("button").setAttribute("aria-current", "true");
    made.addEventListener("click", () => choose(a, made.querySelector("button")));
    return made;
  }

  // Rows are made when they come into the list: there may be a thousand.
  function list() {
    const those = found();
    const rows = those.slice(0, state.shown).map((a) => {
      if (!state.rows.has(a)) state.rows.set(a, row(a));
      return state.rows.get(a);
    });
    find(".actors tbody").replaceChildren(...rows);
    find("#listed").textContent = said("shown", { n: rows.length, all: those.length });
    find("#more").hidden = rows.length === those.length;
    return rows;
  }

  function more() {
    const before = state.shown;
    state.shown += 50;
    list()[before].querySelector("button").focus();
  }

  function filter() {
    state.shown = AT_ONCE;
    list();
    FILTERED.map(grannskap.entry).filter(Boolean).forEach(({ made, shapes }) => {
      made.clearLayers();
      shapes.filter((shape) => inGroup((grannskap.record(shape.feature.properties) || shape.feature.properties).g))
        .forEach((shape) => made.addLayer(shape));
    });
    grannskap.restack(map);
    if (state.chosen !== null) mark(state.chosen, true);
  }

  function mark(a, on) {
    const shape = state.marks.get(a);
    const box = shape && shape.getElement && shape.getElement();
    if (box && box.classList) box.classList.toggle("chosen-mark", on);
    if (state.ring) state.ring.remove();
    state.ring = null;
    if (on && shape && !box) {
      const icon = L.divIcon({ html: element("span", "ring"), className: "mark", iconSize: [28, 28] });
      state.ring = L.marker(shape.getLatLng(), { icon, interactive: false, keyboard: false, zIndexOffset: 5000 }).addTo(map);
      state.ring.getElement().setAttribute("aria-hidden", "true");
    }
    if (state.rows.has(a)) {
      const button = state.rows.get(a).querySelector("button");
      if (on) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  // The row of an actor that was chosen on the map comes into the list and into view.
  function bringRow(a) {
    if (!found().includes(a)) find("#search").value = "";
    state.shown = Math.max(state.shown, found().indexOf(a) + 1);
    list();
    state.rows.get(a).scrollIntoView({ block: "nearest" });
  }

  function errandRow(actor, [number, passages]) {
    const errand = page.settings.errands[number];
    const made = find("template.errand").content.cloneNode(true).firstElementChild;
    const [button, sign] = [made.querySelector("button"), made.querySelector(".sign")];
    sign.textContent = errand.letter;
    Object.assign(sign.style, { background: errand.colour, color: errand.ink });
    made.querySelector(".what").textContent = errand.t;
    made.querySelector(".many").textContent = passages;
    button.disabled = actor.w === undefined;
    button.addEventListener("click", () => {
      const alone = button.getAttribute("aria-pressed") !== "true";
      find(".errands").querySelectorAll("button").forEach((each) => {
        each.setAttribute("aria-pressed", String(alone && each === button));
      });
      ways.show(actor.w, alone ? number : null);
    });
    return made;
  }

  function tell(actor) {
    const box = find(".chosen");
    const values = { ...actor, k: page.settings.kinds[actor.k], rank: actor.i ? `${actor.n} (${actor.i})` : actor.n };
    box.querySelector(".disc").textContent = actor.n;
    box.querySelector(".disc").classList.toggle("unsure", Boolean(actor.u));
    box.querySelector("h2 bdi").textContent = actor.t;
    box.querySelector(".told").textContent = actor.x;
    box.querySelectorAll("[data-of]").forEach((place) => { place.textContent = values[place.dataset.of]; });
    box.querySelector(".errands").replaceChildren(...actor.e.map((errand) => errandRow(actor, errand)));
    box.classList.toggle("without-ways", actor.w === undefined);
    box.hidden = false;
    find(".panel").classList.add("has-chosen");
    find("#said").textContent = `${actor.t}. ${actor.x}`;
  }

  function move(actor, shape) {
    const options = { animate: !still(), maxZoom: 17.5, ...grannskap.room(36) };
    if (actor.w === undefined) {
      ways.hide();
      if (shape) map.setView(shape.getLatLng(), Math.max(map.getZoom(), NEAR_ZOOM), options);
      return;
    }
    const bounds = ways.show(actor.w);
    if (shape) bounds.extend(shape.getLatLng());
    if (bounds.isValid()) map.fitBounds(bounds, options);
  }

  function choose(a, from) {
    if (state.chosen === a) { back(); return; }
    if (state.chosen !== null) mark(state.chosen, false);
    state.before = state.before || { centre: map.getCenter(), zoom: map.getZoom() };
    state.from = from || document.activeElement;
    state.chosen = a;
    tell(all()[a]);
    const shape = state.marks.get(a);
    const home = page.layers.find(({ shapes }) => shapes.includes(shape));
    if (home && !map.hasLayer(home.made)) map.addLayer(home.made);
    mark(a, true);
    bringRow(a);
    map.invalidateSize({ animate: false });
    move(all()[a], shape);
    mark(a, true);
    find("#chosen-title").focus({ preventScroll: true });
  }

  // Away with what is chosen; the view returns to what it was, and the focus to where it was.
  function back({ stay = false } = {}) {
    if (state.chosen === null) return;
    const [a, before] = [state.chosen, state.before];
    Object.assign(state, { chosen: null, before: null });
    mark(a, false);
    ways.hide();
    find(".chosen").hidden = true;
    find(".panel").classList.remove("has-chosen");
    find("#said").textContent = "";
    map.invalidateSize({ animate: false });
    if (stay) return;
    map.setView(before.centre, before.zoom, { animate: !still() });
    const from = state.from && state.from.isConnected && state.from !== document.body ? state.from : null;
    (from || state.rows.get(a).querySelector("button")).focus();
  }

  function open(made) {
    map = made;
    ways = grannskap.ways(map, page.settings);
    ["passed", "top"].map(grannskap.entry).forEach(({ shapes }) => {
      shapes.forEach((shape) => state.marks.set(shape.feature.properties.a, shape));
    });
    find(".chosen .close").addEventListener("click", () => back());
    map.on("click", () => back({ stay: true }));
    map.on("zoomend", () => { if (state.chosen !== null) mark(state.chosen, true); });
    if (!all().length) return;
    list();
    find("#more").addEventListener("click", more);
    find("#kinds").addEventListener("change", filter);
    find("#search").addEventListener("input", () => { state.shown = AT_ONCE; list(); });
  }

  return { open, choose, back, state, shown: () => ways.shown };
})();
