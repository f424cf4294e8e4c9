// What a careful reader would complain of on the page that is open: text that is cut or
// leaves its place, text on text, too little contrast (WCAG 2.2, 1.4.3: 4.5, or 3 for
// large text). Evaluates to a list of complaints.
(() => {
  const complaints = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width)
    complaints.push(`the page is ${document.documentElement.scrollWidth} wide`);

  // "rgb(1, 2, 3)", "rgba(1, 2, 3, 0.5)", "color(srgb 0.1 0.2 0.3 / 0.5)"
  const colour = text => {
    const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) || []).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return [...numbers.slice(0, 3).map(each => each * scale), numbers[3] ?? 1];
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((each, i) => a * each + (1 - a) * below[i]);
  const luminance = rgb => {
    const [r, g, b] = rgb.map(each => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paint = element => {
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement && element.tagName !== "svg";
    const found = drawn ? style.fill : style.backgroundColor;
    if (found === "none") return [0, 0, 0, 0];
    const [r, g, b, a] = colour(found);
    return [r, g, b, a * (drawn ? style.fillOpacity * style.opacity : 1)];
  };
  const background = (element, x, y) => {
    const below = document.elementsFromPoint(x, y).filter(each =>
      each !== element && !(each.closest("text") && each.closest("text") === element.closest("text")));
    return below.reverse().reduce((rgb, each) => over(paint(each), rgb), [255, 255, 255]);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const inCharts = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const said = node.textContent.trim();
    const element = node.parentElement;
    if (!said || !element.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      const told = `"${said.slice(0, 40)}"`;
      const svg = element.closest("svg");
      const place = (svg || element.closest(".card, .answers > div, main, body")).getBoundingClientRect();
      if (box.left < place.left - 1 || box.right > place.right + 1)
        complaints.push(`${told} leaves its place by ${Math.round(Math.max(place.left - box.left, box.right - place.right))}`);
      if (svg && (box.top < place.top - 2 || box.bottom > place.bottom + 2))
        complaints.push(`${told} is cut by its chart`);
      if (svg) {
        for (const [other, words] of inCharts.get(svg) || [])
          if (Math.min(box.right, other.right) - Math.max(box.left, other.left) > 2
              && Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4)
            complaints.push(`${told} lies on "${words.slice(0, 40)}"`);
        inCharts.set(svg, [...(inCharts.get(svg) || []), [box, said]]);
      }
      const style = getComputedStyle(element);
      const below = background(element, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
      const ink = over(colour(svg ? style.fill : style.color), below);
      const [dark, light] = [luminance(ink), luminance(below)].sort((a, b) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = parseFloat(style.fontSize), bold = style.fontWeight >= 700;
      const wanted = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
      if (ratio < wanted) complaints.push(`${told} has a contrast of ${ratio.toFixed(2)}`);
    }
  }
  for (const each of document.querySelectorAll(".scroll"))
    if (each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
      complaints.push(`"${each.getAttribute("aria-label")}" is wider than its place by ${each.scrollWidth - each.clientWidth}`);
  return complaints;
})()
