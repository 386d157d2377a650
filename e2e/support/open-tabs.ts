/** Opens tabs until there are so many, a few at a time: twenty at once would only wait for one another. */
export async function openTabs<T>(tabs: T[], count: number, open: () => Promise<T>): Promise<void> {
  while (tabs.length < count) {
    const next = Array.from({ length: Math.min(4, count - tabs.length) }, open);
    tabs.push(...(await Promise.all(next)));
  }
}
