import { oauth2 } from "sojourn/presets";
import { keepTokens } from "sojourn/worker";

keepTokens({ server: oauth2({ tokenUrl: "/oauth/token", clientId: "handover-spa" }) });
