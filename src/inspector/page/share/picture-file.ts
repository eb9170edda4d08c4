/** The statechart as a picture of its own, as it is lit now: every colour stands in it. */

/** What style sheets decide. */
const DRAWN = [
  'display',
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'paint-order',
  'opacity',
  'font-size',
  'font-weight',
  'font-style',
  'font-family',
  'text-anchor',
  'text-decoration',
] as const;

/** Pixels of a side of a PNG at most: browsers draw no larger ones. */
const MOST_PIXELS = 8_000;

/** @param ground the colour that it stands on */
export function toSvgFile(svg: SVGSVGElement, ground: string): string {
  const classes = svg.getAttribute('class') ?? '';
  // As it is from near, with nothing dimmed.
  svg.classList.remove('far', 'dim');
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const all = (root: Element) => [root, ...root.querySelectorAll('*')];
  const originals = all(svg);
  for (const [index, element] of all(copy).entries()) {
    const style = getComputedStyle(originals[index] as Element);
    // As attributes: the page's own policy allows no styles but those of its sheet.
    for (const name of DRAWN) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute('style');
    element.removeAttribute('tabindex');
  }
  svg.setAttribute('class', classes);
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('role', 'img');
  for (const hit of copy.querySelectorAll('.hit')) hit.remove();
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width, height, fill: ground }))
    back.setAttribute(name, String(value));
  copy.prepend(back);
  return new XMLSerializer().serializeToString(copy);
}

export async function toPngFile(svg: SVGSVGElement, ground: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(toSvgFile(svg, ground))}`;
  await image.decode();
  const { width, height } = svg.viewBox.baseVal;
  const scale = Math.min(2, MOST_PIXELS / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large')))),
  );
}
