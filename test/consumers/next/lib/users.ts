export interface User {
  readonly id: string;
  readonly name: string;
}

const ada = { id: "u1", name: "Ada Lovelace" };

export const users = {
  byId: async (id: string): Promise<User | undefined> => (id === ada.id ? ada : undefined),
  verify: async (name: unknown, password: unknown): Promise<User | undefined> =>
    name === "ada" && password === "lovelace" ? ada : undefined,
};
