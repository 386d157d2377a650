/** The title of a page that nobody sees: turn by turn the page's own and a text. */
export interface TitleAlert {
  /** The next turn; without a text, the page's own title is back. */
  turn(text?: string): void;
}

export function createTitleAlert(): TitleAlert {
  let shown: string | undefined;
  let usual = "";
  return {
    turn(text) {
      const ours = shown !== undefined && document.title === shown;
      shown = undefined;
      if (ours) document.title = usual;
      else if (text) {
        // Read each time: the application may have changed it meanwhile.
        usual = document.title;
        document.title = text;
        shown = document.title;
      }
    },
  };
}
