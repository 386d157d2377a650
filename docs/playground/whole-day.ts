import { type Day, HOUR, type Lane, MINUTE } from "./day.js";

/** An ordinary day: at so many minutes after eight, somebody does something. */
export function wholeDay(day: Day): readonly (readonly [at: number, run: () => Promise<void>])[] {
  const lane = (index: number) => day.lanes[index] as Lane;
  const signIn = (index: number) => () =>
    day.act(`Ada signs in, in tab ${index + 1}`, () => {
      lane(index).working = true;
      return lane(index).tab.signIn("ada");
    });
  const work = (index: number, working: boolean, text: string) => () =>
    day.act(text, () => {
      lane(index).working = working;
    });
  const open = (text: string) => () => day.act(text, () => void day.open());
  return [
    [0, open("Ada opens a tab")],
    [2, signIn(0)],
    [25, open("A second tab, beside it: it knows that somebody is signed in")],
    [70, work(0, false, "Ada goes for a coffee")],
    [84, () => day.act("She is back during the warning, and stays", () => lane(1).tab.session.extend())],
    [84, work(1, true, "Ada works in tab 2")],
    [110, () => day.act("The network is gone in tab 2", () => lane(1).tab.setOffline(true))],
    [122, () => day.act("It is back", () => lane(1).tab.setOffline(false))],
    [150, work(1, false, "A telephone call, a long one")],
    [195, signIn(0)],
    [240, () => day.sleep(45 * MINUTE)],
    [300, signIn(1)],
    [330, open("A third tab")],
    [345, () => day.act("Tab 1 crashes. Nobody needs it", () => lane(0).tab.crash())],
    [370, () => day.act("The browser freezes tab 3", () => lane(2).tab.freeze())],
    [430, () => day.act("It lets it run again", () => lane(2).tab.resume())],
    [470, () => day.act("Ada signs out, in tab 2: every tab is out", () => lane(1).tab.session.logout())],
    [485, () => day.advance(HOUR / 60)],
  ];
}
