/** Who works here. It is a demo: their passwords are no secrets. */
export const people = [
  { name: "Ada Lovelace", username: "ada", password: "lovelace" },
  { name: "Alan Turing", username: "alan", password: "turing" },
] as const;
