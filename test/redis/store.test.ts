import { openRedis } from "../../src/backend/store/redis.js";
import { storesKeepTheirWord } from "../server/store/conformance.js";
import { commonRedis, VERSION } from "./support/redis.js";

storesKeepTheirWord({
  title: `Redis ${VERSION}`,
  shared: true,
  data: async () => {
    const { url, prefix } = await commonRedis();
    return {
      open: (clock) => openRedis({ url, prefix, ...(clock && { clock }) }),
      elsewhere: ["redis", url, prefix],
    };
  },
});
