// A visitor's own head: a VRM or glTF file, read and drawn in this browser and sent nowhere.

import {
  Box3, DirectionalLight, GLTFLoader, HemisphereLight, PerspectiveCamera, Scene, Vector3,
  VRMLoaderPlugin, VRMUtils, WebGLRenderer,
} from "../vendor/three_vrm.min.js";
import { bind } from "./morphs.js";

/** @typedef {import("./expression.js").Expression} Expression */

const ARM_DOWN = 1.25;
const JAW = 0.22;

export class Head3d {
  /** How many of our fifteen mouth shapes it can make. */
  shapes = 0;
  #scene = new Scene();
  #camera = new PerspectiveCamera(24, 1, 0.01, 100);
  /** @type {any} */
  #renderer;
  /** @type {any} */
  #vrm = null;
  /** @type {any} */
  #head = null;
  /** @type {any} */
  #jaw = null;
  /** A VRM 0 looks to the other side: its bones turn the other way about x and z. */
  #sense = 1;
  /** How they were before we turned them. */
  #still = { head: new Vector3(), jaw: 0 };
  /** @type {((expression: Expression) => void)[]} */
  #moves = [];
  #last = performance.now();

  /**
   * Raises where the browser cannot draw in 3D.
   * @param {HTMLCanvasElement} canvas
   */
  constructor(canvas) {
    this.canvas = canvas;
    this.#renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true });
    const sun = new DirectionalLight(0xffffff, 2.2);
    sun.position.set(0.6, 1, 1.4);
    this.#scene.add(new HemisphereLight(0xffffff, 0xd8c8b8, 1.1), sun);
  }

  /**
   * Read a file and show it in place of another. Raises where it is none of ours.
   * @param {ArrayBuffer} file
   */
  async load(file) {
    const loader = new GLTFLoader();
    loader.register((/** @type {any} */ parser) => new VRMLoaderPlugin(parser));
    const { scene, userData } = await loader.parseAsync(file, "");
    this.#vrm = userData.vrm ?? null;
    if (this.#vrm) {
      VRMUtils.rotateVRM0(this.#vrm);
      if (this.#vrm.meta?.metaVersion === "0") this.#sense = -1;
      this.#useVrm();
    }
    // A VRM need not name what its meshes can do.
    if (!this.shapes) this.#useMorphs(scene);
    this.#scene.add(scene);
    this.#frame(scene);
  }

  /** @param {Expression} expression */
  draw(expression) {
    const { canvas } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    const now = performance.now();
    for (const move of this.#moves) move(expression);
    if (this.#head) {
      const { x, y, z } = this.#still.head;
      const { pitch, yaw, roll } = expression;
      const sense = this.#sense;
      this.#head.rotation.set(x + sense * 0.06 * pitch, y + 0.1 * yaw, z + sense * 0.05 * roll);
    }
    this.#vrm?.update(Math.min(0.1, (now - this.#last) / 1000));
    this.#last = now;
    this.#renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    this.#renderer.render(this.#scene, this.#camera);
  }

  /** Give the graphics memory back. */
  close() {
    VRMUtils.deepDispose(this.#scene);
    this.#renderer.dispose();
  }

  #useVrm() {
    const { expressionManager: manager, humanoid } = this.#vrm;
    const names = (manager?.expressions ?? []).map((/** @type {any} */ one) => one.expressionName);
    const binding = bind(names);
    this.shapes = binding.count;
    this.#moves.push((expression) => {
      for (const [name, value] of binding.values(expression)) manager.setValue(name, value);
    });
    this.#turn(humanoid?.getNormalizedBoneNode("head"));
    // A model comes with its arms stretched out.
    for (const [bone, side] of [["leftUpperArm", 1], ["rightUpperArm", -1]]) {
      const node = humanoid?.getNormalizedBoneNode(bone);
      if (node) node.rotation.z = -side * this.#sense * ARM_DOWN;
    }
  }

  /** @param {any} scene */
  #useMorphs(scene) {
    scene.traverse((/** @type {any} */ node) => {
      if (/^(head|.*[_:. ]head)$/i.test(node.name) && !node.isMesh) this.#turn(node);
      if (/jaw/i.test(node.name) && !node.isMesh) this.#jaw ??= node;
      const places = node.morphTargetDictionary;
      if (!places) return;
      const binding = bind(Object.keys(places));
      this.shapes = Math.max(this.shapes, binding.count);
      this.#moves.push((expression) => {
        for (const [name, value] of binding.values(expression)) {
          node.morphTargetInfluences[places[name]] = value;
        }
      });
    });
    if (this.shapes || !this.#jaw) return;
    this.#still.jaw = this.#jaw.rotation.x;
    this.#moves.push(({ weights, strength }) => {
      const open = weights.aa + 0.7 * weights.oh + 0.6 * weights.E + 0.35 * (weights.ih + weights.ou + weights.kk);
      this.#jaw.rotation.x = this.#still.jaw + JAW * strength * open;
    });
  }

  /** @param {any} node the head's */
  #turn(node) {
    if (!node || this.#head) return;
    this.#head = node;
    this.#still.head.set(node.rotation.x, node.rotation.y, node.rotation.z);
  }

  /**
   * Put the camera before the head; of a model without bones, before all of it.
   * @param {any} scene
   */
  #frame(scene) {
    scene.updateWorldMatrix(true, true);
    const box = new Box3().setFromObject(scene);
    const size = box.getSize(new Vector3());
    const middle = box.getCenter(new Vector3());
    const bone = this.#vrm?.humanoid?.getRawBoneNode("head") ?? this.#head;
    let height = Math.max(size.x, size.y) * 1.15;
    if (bone) {
      const place = bone.getWorldPosition(new Vector3());
      const above = Math.max(0.05 * size.y, box.max.y - place.y);
      if (above * 2 < height) {
        height = above * 2;
        middle.set(place.x, place.y + above * 0.33, place.z);
      }
    }
    const away = height / 2 / Math.tan((this.#camera.fov * Math.PI) / 360);
    this.#camera.position.set(middle.x, middle.y, middle.z + away + size.z / 2);
    this.#camera.lookAt(middle);
    this.#camera.near = away / 50;
    this.#camera.far = away * 20;
  }
}
