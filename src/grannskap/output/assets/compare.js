"use strict";
/* Points out one of many sites in every panel. The parts of each path stand in the order of the list. */
document.getElementById("choose").addEventListener("change", (event) => {
  const chosen = event.target.value;
  const part = (path) => (path ? "M" + path.getAttribute("d").split("M")[Number(chosen) + 1] : "");
  for (const article of document.querySelectorAll("article.measure")) {
    const row = article.querySelectorAll("table.values tbody tr")[Number(chosen)];
    article.querySelectorAll("figure").forEach((figure, number) => {
      figure.querySelectorAll(".here, .here-span, .here-dot").forEach((old) => old.remove());
      const said = figure.querySelector(".chosen");
      said.hidden = chosen === "" || !row;
      if (chosen === "") return;
      const svg = figure.querySelector("svg");
      const spans = part(svg.querySelector(".spans"));
      const dots = part(svg.querySelector(".dots"));
      for (const [name, d] of [["here", dots], ["here-span", spans], ["here-dot", dots]]) {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("class", name);
        path.setAttribute("d", d);
        svg.append(path);
      }
      if (row) said.textContent = row.children[number + 1].textContent.replace(/\s+/g, " ");
    });
  }
});
