// Eyes and brows of our own face, around their own middle.

/** @typedef {import("./expression.js").Expression} Expression */

const WIDTH = 20;
const HEIGHT = 13.5;

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {-1 | 1} side
 * @param {Expression} expression
 * @param {number} lash how thick the lid's line is
 */
export function drawEye(pen, side, { blink, gazeX, gazeY, smile, brows }, lash) {
  pen.save();
  pen.scale(side, 1); // drawn as the right one: the outer corner lies at +x
  const lid = -HEIGHT * (1 + 0.1 * brows) * (1 - blink) + 5 * blink;
  const floor = 8.5 - 1.6 * smile;
  const opening = new Path2D();
  opening.moveTo(-WIDTH, 3);
  opening.bezierCurveTo(-WIDTH * 0.6, lid, WIDTH * 0.55, lid - 1.5 * (1 - blink), WIDTH + 1, -1 + 4 * blink);
  opening.bezierCurveTo(WIDTH * 0.6, floor + 1, -WIDTH * 0.5, floor + 2, -WIDTH, 3);
  if (blink < 0.96) {
    pen.save();
    pen.clip(opening);
    pen.fillStyle = "#fffaf4";
    pen.fillRect(-WIDTH - 2, -HEIGHT - 4, 2 * WIDTH + 6, 2 * HEIGHT + 8);
    drawIris(pen, gazeX * 6 * side, gazeY * 3.5 - 0.8, side);
    // The lid's shadow on the ball.
    const shade = pen.createLinearGradient(0, lid * 0.8, 0, lid * 0.8 + 11);
    shade.addColorStop(0, "#4a2c2466");
    shade.addColorStop(1, "#4a2c2400");
    pen.fillStyle = shade;
    pen.fillRect(-WIDTH - 2, -HEIGHT - 4, 2 * WIDTH + 6, 2 * HEIGHT);
    pen.restore();
  }
  pen.lineCap = "round";
  pen.strokeStyle = "#c1866aa0";
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(-WIDTH * 0.8, -6);
  pen.bezierCurveTo(-WIDTH * 0.5, -HEIGHT - 6 + 8 * blink, WIDTH * 0.5, -HEIGHT - 7 + 8 * blink, WIDTH + 1, -7);
  pen.stroke();
  pen.strokeStyle = "#3a2420";
  pen.lineWidth = lash;
  pen.beginPath();
  pen.moveTo(-WIDTH, 3);
  pen.bezierCurveTo(-WIDTH * 0.6, lid, WIDTH * 0.55, lid - 1.5 * (1 - blink), WIDTH + 1, -1 + 4 * blink);
  if (lash > 3) pen.lineTo(WIDTH + 5, -4.5 + 6 * blink);
  pen.stroke();
  pen.strokeStyle = "#8a54407d";
  pen.lineWidth = 1.3;
  pen.beginPath();
  pen.moveTo(-WIDTH * 0.7, 6.2);
  pen.bezierCurveTo(-WIDTH * 0.4, floor + 0.8, WIDTH * 0.5, floor, WIDTH * 0.95, 1.5 + 2 * blink);
  pen.stroke();
  pen.restore();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {-1 | 1} side the light comes from the same one in both eyes
 */
function drawIris(pen, x, y, side) {
  const disc = (/** @type {number} */ dx, /** @type {number} */ dy, /** @type {number} */ radius) => {
    pen.beginPath();
    pen.arc(x + dx, y + dy, radius, 0, 2 * Math.PI);
    pen.fill();
  };
  pen.fillStyle = "#26423a";
  disc(0, 0, 10.4);
  const iris = pen.createRadialGradient(x, y + 4, 1, x, y, 10);
  iris.addColorStop(0, "#8fc7a6");
  iris.addColorStop(0.55, "#4f8a73");
  iris.addColorStop(1, "#2d5a4d");
  pen.fillStyle = iris;
  disc(0, 0, 9.2);
  pen.fillStyle = "#14201d";
  disc(0, 0, 4.6);
  pen.fillStyle = "#ffffff";
  disc(-3.2 * side, -3.6, 2.7);
  pen.fillStyle = "#ffffff8c";
  disc(3.2 * side, 3.4, 1.5);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {-1 | 1} side
 * @param {number} raised 0 to 1
 * @param {string} colour
 */
export function drawBrow(pen, side, raised, colour) {
  pen.save();
  pen.scale(side, 1);
  pen.fillStyle = colour;
  pen.globalAlpha = 0.88;
  pen.beginPath();
  pen.moveTo(-21, 2 - raised);
  pen.bezierCurveTo(-8, -6 - 3 * raised, 8, -7.5 - 3 * raised, 25, 3);
  pen.bezierCurveTo(9, -2.5 - 3 * raised, -6, -0.5 - 2.5 * raised, -20, 6.5 - raised);
  pen.closePath();
  pen.fill();
  pen.restore();
}
