/** A hand-over as whoever listens on the channel hears it. */
export interface Handed {
  readonly type: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly sender: string;
  readonly to: string;
  readonly key: unknown;
  readonly sealed: unknown;
}

/** What its seal is about. */
export const about = ({ epoch, sequence, sender, to }: Handed): string =>
  `sojourn ${epoch} ${sequence} ${sender} ${to}`;
