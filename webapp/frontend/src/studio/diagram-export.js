// The drawing as a picture.

const SHARP = 2; // pixels of the picture for one of the drawing
const MOST = 16_000; // pixels a side that browsers can paint

/** The drawing as SVG text. */
export async function asSvg(modeler) {
  return (await modeler.saveSVG()).svg;
}

/** The drawing as a PNG, white behind it. */
export async function asPng(modeler) {
  const svg = await asSvg(modeler);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(SHARP, MOST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: image.width * scale, height: image.height * scale });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
