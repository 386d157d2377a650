export type { Span } from "./chance.js";
export type { Hub, MessageTrouble, PostedMessage } from "./channel.js";
export type { Disk, StorageTrouble, StorageUse } from "./disk.js";
export type { LockInfo, Locks, Theft } from "./locks.js";
export type { WorldOptions } from "./machine.js";
export type { Answer, LoggedRequest, Network, NetworkTrouble, SentRequest } from "./network.js";
export type { FakeServer, FakeUser, ServerLimits, ServerMetrics, ServerSession } from "./server.js";
export type { Tab, TabLife, TabOptions, TabUsage } from "./tab.js";
export { createWorld, type World } from "./world.js";
