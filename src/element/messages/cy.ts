import type { Messages, Units } from "./messages.js";

export const messages: Messages = {
  "idle.title": "Rydych ar fin cael eich allgofnodi",
  "idle.text": "Er eich diogelwch, byddwn yn eich allgofnodi ymhen {time} gan eich bod wedi bod yn segur.",
  "absolute.title": "Mae eich sesiwn bron ar ben",
  "absolute.text":
    "Er eich diogelwch, mae terfyn amser ar bob sesiwn. Bydd hon yn dod i ben ymhen {time} ac ni ellir ei hymestyn: gorffennwch yr hyn rydych yn ei wneud, yna mewngofnodwch eto.",
  stay: "Aros wedi mewngofnodi",
  "stay.pending": "Yn eich cadw wedi mewngofnodi…",
  ok: "Iawn",
  signOut: "Allgofnodi",
  "signOut.pending": "Yn allgofnodi…",
  failed: "Ni weithiodd hynny: ni ellir cyrraedd y gweinydd. Rhowch gynnig arall arni.",
  left: "Mae {time} ar ôl cyn i chi gael eich allgofnodi.",
  extended: "Rydych yn dal wedi mewngofnodi.",
  offline: "Ni ellir cyrraedd y gweinydd. Rydych yn dal wedi mewngofnodi, ac rydym yn dal i roi cynnig arni.",
  soon: "Allgofnodi cyn bo hir",
  "ended.title": "Rydych wedi cael eich allgofnodi",
  "ended.idle": "Er eich diogelwch, rydym wedi eich allgofnodi gan eich bod wedi bod yn segur.",
  "ended.absolute":
    "Er eich diogelwch, rydym wedi eich allgofnodi gan fod eich sesiwn wedi cyrraedd ei therfyn amser.",
  "ended.logout": "Rydych wedi allgofnodi mewn tab arall neu ar ddyfais arall.",
  "ended.rejected": "Mae’r gweinydd wedi dod â’ch sesiwn i ben.",
  "ended.replaced": "Mae rhywun arall wedi mewngofnodi gyda’r porwr hwn.",
  signIn: "Mewngofnodi eto",
};

/** Chromium's `Intl` has no Welsh. */
export const units: Units = {
  minute: (count) => `${count} ${count === 2 ? "funud" : "munud"}`,
  second: (count) => `${count} eiliad`,
};
