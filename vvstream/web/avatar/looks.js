// Two people that our own face can be, one for the voices of women and one for those of men.
//
// Lengths are in units of the drawing: the face is 164 wide, and its origin lies between the eyes.

/**
 * Colours from the light to the shade.
 * @typedef {{light: string, base: string, deep: string}} Shades
 */

/**
 * back, front: the hair behind the head and over the brow; shine and strands lie on the front one.
 * jaw, neck, shoulders: widths, 1 as drawn. brow: how thick; lash: the lid's line. lips: their
 * colour; blush: how rosy the cheeks are; beard: the shadow of one, 0 to 1.
 * @typedef {{hair: Shades, cloth: Shades, back: Path2D, front: Path2D, shine: Path2D,
 *   strands: Path2D, jaw: number, neck: number, shoulders: number, brow: number, lash: number,
 *   lips: string, blush: number, beard: number}} Look
 */

/** @type {Look} */
export const WOMAN = {
  hair: { light: "#7b5345", base: "#4d332b", deep: "#372320" },
  cloth: { light: "#23897c", base: "#0f6a5f", deep: "#0a4f47" },
  back: new Path2D(
    "M 0 -152 C -74 -153 -112 -98 -112 -30 C -112 20 -116 58 -104 92 C -98 110 -78 118 -60 110 L 60 110 C 78 118 98 110 104 92 C 116 58 112 20 112 -30 C 112 -98 74 -153 0 -152 Z",
  ),
  front: new Path2D(
    "M -30 -149 C -82 -140 -111 -92 -110 -32 C -110 6 -114 44 -106 84 C -90 56 -82 10 -79 -26 C -76 -60 -62 -88 -34 -104 C -8 -76 42 -74 70 -50 C 79 -42 82 -22 83 0 C 86 30 93 58 106 84 C 114 44 110 6 110 -32 C 111 -112 52 -163 -30 -149 Z",
  ),
  shine: new Path2D("M -78 -100 C -40 -142 34 -146 80 -96 C 36 -126 -30 -126 -78 -100 Z"),
  strands: new Path2D(
    "M -34 -104 C -20 -122 8 -134 40 -130 M -34 -104 C -6 -104 40 -104 84 -66 M -34 -104 C -62 -96 -86 -62 -92 -14 M -40 -108 C -76 -104 -100 -62 -101 6",
  ),
  jaw: 1,
  neck: 1,
  shoulders: 1,
  brow: 1,
  lash: 3.2,
  lips: "#c4605c",
  blush: 1,
  beard: 0,
};

/** @type {Look} */
export const MAN = {
  hair: { light: "#5d4a3c", base: "#3a2c24", deep: "#281d18" },
  cloth: { light: "#4f7099", base: "#37557d", deep: "#26405f" },
  back: new Path2D(),
  front: new Path2D(
    "M -86 2 C -93 -26 -96 -62 -87 -92 C -75 -130 -38 -152 6 -151 C 52 -150 84 -128 91 -90 C 96 -60 93 -26 86 2 C 84 6 79 6 78 0 C 77 -10 78 -16 77 -28 C 75 -52 70 -68 58 -82 C 32 -72 -10 -80 -36 -104 C -42 -88 -62 -78 -70 -60 C -75 -46 -77 -32 -77 -20 C -78 -12 -77 -8 -78 0 C -79 6 -84 6 -86 2 Z",
  ),
  shine: new Path2D("M -64 -104 C -34 -138 30 -142 68 -108 C 32 -128 -26 -126 -64 -104 Z"),
  strands: new Path2D(
    "M -36 -104 C -22 -122 0 -132 34 -132 M -36 -104 C -12 -106 20 -106 66 -92 M -36 -104 C -58 -96 -76 -76 -80 -46",
  ),
  jaw: 1.09,
  neck: 1.2,
  shoulders: 1.12,
  brow: 1.35,
  lash: 2.2,
  lips: "#bd7466",
  blush: 0.55,
  beard: 0.2,
};
