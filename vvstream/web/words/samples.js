// What a voice says first, in its own language.

/** @type {Record<string, string>} */
const SAMPLES = {
  en: "Good morning. The kettle is on, the window is open, and there is nothing that has to be done before ten.",
  zh: "早上好。水已经烧开，窗户开着，十点之前没有什么非做不可的事。",
  ja: "おはようございます。お湯が沸いて、窓は開いていて、十時までに急ぐことは何もありません。",
  ko: "좋은 아침입니다. 물은 끓고 창문은 열려 있으며, 열 시까지는 서두를 일이 없습니다.",
  de: "Guten Morgen. Das Wasser kocht, das Fenster steht offen, und vor zehn Uhr muss nichts getan sein.",
  es: "Buenos días. El agua ya hierve, la ventana está abierta y no hay nada que hacer antes de las diez.",
  fr: "Bonjour. L’eau est chaude, la fenêtre est ouverte, et rien ne presse avant dix heures.",
  it: "Buongiorno. L’acqua è sul fuoco, la finestra è aperta, e fino alle dieci non c’è nulla da fare.",
  pt: "Bom dia. A água está a ferver, a janela está aberta e não há nada para fazer antes das dez.",
};

/**
 * @param {string} language of a voice
 */
export function sample(language) {
  return SAMPLES[language.slice(0, 2)] ?? SAMPLES.en;
}

/**
 * Whether a text is one of ours, so that nothing is lost with it.
 * @param {string} text
 */
export function isSample(text) {
  return text === "" || Object.values(SAMPLES).includes(text);
}
