// Our own face, drawn on a canvas: a portrait in layers, which the head's turn moves by their depth.
//
// Lengths are in units of the drawing: the face is 164 wide, and its origin lies between the eyes.

import { drawEye, drawBrow } from "./eyes.js";
import { drawMouth } from "./mouth.js";
import { lipsOf } from "./lips.js";
import { WOMAN } from "./looks.js";

/** @typedef {import("./expression.js").Expression} Expression */

/** Half the height of what is shown. */
const HALF = 200;
const CENTRE_Y = 8;

const SKIN = { light: "#fbdcc4", base: "#f3c8a9", shade: "#dfa283", deep: "#c98a6d" };

const BODY = new Path2D(
  "M -182 236 C -176 184 -122 168 -74 156 C -50 150 -38 142 -36 122 L 36 122 C 38 142 50 150 74 156 C 122 168 176 184 182 236 Z",
);
const COLLAR = new Path2D(
  "M -52 150 C -40 176 -20 186 0 186 C 20 186 40 176 52 150 L 62 154 C 50 190 26 204 0 204 C -26 204 -50 190 -62 154 Z",
);
const NECK = new Path2D(
  "M -35 78 C -34 118 -37 140 -52 151 C -38 174 -18 185 0 185 C 18 185 38 174 52 151 C 37 140 34 118 35 78 Z",
);
const EAR = new Path2D("M 76 -4 C 90 -16 98 -2 93 16 C 89 32 80 36 75 30 Z");

export class Face {
  /** Whose face it is. */
  look = WOMAN;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  }

  /** @param {Expression} expression */
  draw(expression) {
    const { pen, canvas } = this;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const scale = Math.min(width, height) / (2 * HALF);
    pen.setTransform(scale, 0, 0, scale, width / 2, height / 2 - CENTRE_Y * scale);
    pen.clearRect(-width, -height, 2 * width, 2 * height);
    pen.save();
    this.#backdrop();
    this.#body(expression);
    this.#head(expression);
    pen.restore();
  }

  #backdrop() {
    const { pen } = this;
    const glow = pen.createRadialGradient(-60, -90, 20, 0, CENTRE_Y, 200);
    glow.addColorStop(0, "#f7e7cf");
    glow.addColorStop(0.6, "#e7d3bb");
    glow.addColorStop(1, "#c9b6a3");
    pen.beginPath();
    pen.arc(0, CENTRE_Y, 192, 0, 2 * Math.PI);
    pen.fillStyle = glow;
    pen.fill();
    pen.clip();
  }

  /** @param {Expression} expression */
  #body({ breath, yaw }) {
    const { pen, look } = this;
    const { hair, cloth } = look;
    pen.save();
    pen.translate(yaw * 1.5, -2.2 * breath);
    pen.save();
    this.#place(0.25, { yaw, pitch: 0 });
    pen.fillStyle = this.#fade(0, -150, 110, hair.base, hair.deep);
    pen.fill(look.back);
    pen.restore();
    pen.save();
    pen.scale(look.shoulders, 1);
    pen.fillStyle = this.#fade(0, 130, 236, cloth.light, cloth.deep);
    pen.fill(BODY);
    pen.restore();
    pen.scale(look.neck, 1);
    pen.fillStyle = this.#fade(0, 84, 176, SKIN.deep, SKIN.base);
    pen.fill(NECK);
    pen.fillStyle = cloth.base;
    pen.fill(COLLAR);
    pen.restore();
  }

  /** @param {Expression} expression */
  #head(expression) {
    const { pen, look } = this;
    const { yaw, pitch, roll } = expression;
    const lips = lipsOf(expression.weights, expression.strength);
    const jaw = 13 * lips.open;
    pen.save();
    pen.translate(0, 110);
    pen.rotate(roll * 0.05);
    pen.translate(yaw * 3.5, -110 + pitch * 3.5);
    for (const side of [-1, 1]) this.#ear(side, yaw, pitch);
    this.#skin(jaw);
    this.#cheeks(expression);
    this.#at(7, expression, () => this.#nose());
    this.#at(8, expression, () => {
      pen.translate(0, 70 + 0.2 * jaw);
      drawMouth(pen, lips, expression.smile, look.lips);
    });
    for (const side of /** @type {const} */ ([-1, 1])) {
      this.#at(6, expression, () => {
        pen.translate(side * 35.5, -5);
        pen.scale(1.14, 1.14);
        drawEye(pen, side, expression, look.lash);
      });
      this.#at(7, expression, () => {
        pen.translate(side * 36, -37 - 6 * expression.brows);
        pen.scale(1, look.brow);
        drawBrow(pen, side, expression.brows, look.hair.base);
      });
    }
    this.#at(3, expression, () => {
      pen.fillStyle = "#7a3f2b2e";
      pen.translate(0, 5);
      pen.fill(look.front);
      pen.translate(0, -5);
      pen.fillStyle = this.#fade(-20, -150, 60, look.hair.light, look.hair.base);
      pen.fill(look.front);
      pen.fillStyle = "#ffffff1a";
      pen.fill(look.shine);
      pen.strokeStyle = "#2f1d1933";
      pen.lineWidth = 1.6;
      pen.stroke(look.strands);
    });
    pen.restore();
  }

  /**
   * @param {number} side
   * @param {number} yaw
   * @param {number} pitch
   */
  #ear(side, yaw, pitch) {
    const { pen } = this;
    pen.save();
    this.#place(-3, { yaw, pitch });
    pen.scale(side, 1);
    pen.fillStyle = SKIN.shade;
    pen.fill(EAR);
    pen.restore();
  }

  /** @param {number} jaw how far the chin is down */
  #skin(jaw) {
    const { pen } = this;
    const { jaw: wide, neck, beard } = this.look;
    const outline = new Path2D();
    outline.moveTo(-82, -36);
    const cheek = 77 + 40 * (wide - 1);
    outline.bezierCurveTo(-85, 14, -cheek, 56, -53 * wide, 88 + 0.6 * jaw);
    outline.bezierCurveTo(-37 * wide, 108 + jaw, -17 * wide, 121 + jaw, 0, 121 + jaw);
    outline.bezierCurveTo(17 * wide, 121 + jaw, 37 * wide, 108 + jaw, 53 * wide, 88 + 0.6 * jaw);
    outline.bezierCurveTo(cheek, 56, 85, 14, 82, -36);
    outline.bezierCurveTo(82, -100, 44, -130, 0, -130);
    outline.bezierCurveTo(-44, -130, -82, -100, -82, -36);
    // The shadow of the chin on the neck.
    pen.save();
    pen.scale(neck, 1);
    pen.clip(NECK);
    pen.scale(1 / neck, 1);
    pen.translate(0, 9);
    pen.fillStyle = "#a8664a3a";
    pen.fill(outline);
    pen.restore();
    const light = pen.createRadialGradient(-26, -30, 12, 0, 4, 138);
    light.addColorStop(0, SKIN.light);
    light.addColorStop(0.55, SKIN.base);
    light.addColorStop(1, SKIN.shade);
    pen.fillStyle = light;
    pen.fill(outline);
    const stubble = pen.createLinearGradient(0, 34, 0, 112);
    stubble.addColorStop(0, "rgb(96 78 70 / 0)");
    stubble.addColorStop(1, `rgb(96 78 70 / ${beard})`);
    pen.fillStyle = stubble;
    pen.fill(outline);
  }

  /** @param {Expression} expression */
  #cheeks(expression) {
    const { pen } = this;
    for (const side of [-1, 1]) {
      this.#at(5, expression, () => {
        const blush = pen.createRadialGradient(side * 48, 36, 2, side * 48, 36, 27);
        blush.addColorStop(0, `rgb(231 120 100 / ${this.look.blush * (0.15 + 0.1 * expression.smile)})`);
        blush.addColorStop(1, "rgb(231 120 100 / 0)");
        pen.fillStyle = blush;
        pen.fillRect(side * 48 - 30, 6, 60, 60);
      });
    }
  }

  #nose() {
    const { pen } = this;
    pen.lineCap = "round";
    pen.strokeStyle = "#c487689c";
    pen.lineWidth = 2.6;
    pen.stroke(new Path2D("M -10.5 35 C -7 41 7 41 10.5 35"));
    pen.fillStyle = "#d99a7b4d";
    pen.fill(new Path2D("M 3 -2 C 8 14 13 24 13 33 C 8 28 3 18 3 -2 Z"));
    pen.fillStyle = "#ffffff59";
    pen.beginPath();
    pen.ellipse(-2.5, 29, 3.4, 4.6, 0.2, 0, 2 * Math.PI);
    pen.fill();
  }

  /**
   * Draw something that lies so far in front of the head's axis.
   * @param {number} depth
   * @param {Expression} expression
   * @param {() => void} paint
   */
  #at(depth, expression, paint) {
    this.pen.save();
    this.#place(depth, expression);
    paint();
    this.pen.restore();
  }

  /**
   * @param {number} depth
   * @param {{yaw: number, pitch: number}} turn
   */
  #place(depth, { yaw, pitch }) {
    this.pen.translate(yaw * depth, pitch * depth * 0.8);
  }

  /**
   * @param {number} x
   * @param {number} top
   * @param {number} bottom
   * @param {string} from
   * @param {string} to
   */
  #fade(x, top, bottom, from, to) {
    const fade = this.pen.createLinearGradient(x, top, x, bottom);
    fade.addColorStop(0, from);
    fade.addColorStop(1, to);
    return fade;
  }
}
