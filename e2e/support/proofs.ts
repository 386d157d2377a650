/** The proof of a request, as its server reads it. */
export function readProof(proof = ""): { jkt: string; jti: string; nonce?: string } {
  const [header = "", claims = ""] = proof.split(".");
  const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  const { x, y } = parse(header).jwk;
  return { ...parse(claims), jkt: `${x}.${y}` };
}

/**
 * Every private key in the storage of the origin: whether it says that it can be exported, and whether it can. Runs in the
 * page, so it is in one piece.
 */
export async function storedKeys(): Promise<{ extractable: boolean; exported: string }[]> {
  const read = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found: { extractable: boolean; exported: string }[] = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await read(indexedDB.open(name ?? ""));
    for (const store of database.objectStoreNames)
      for (const value of await read(database.transaction(store).objectStore(store).getAll())) {
        const key: CryptoKey | undefined = value?.pair?.privateKey;
        if (!key) continue;
        const exported = await crypto.subtle.exportKey("jwk", key).then(
          () => "exported",
          (error) => error.name as string,
        );
        found.push({ extractable: key.extractable, exported });
      }
    database.close();
  }
  return found;
}
