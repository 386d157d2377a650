/** Where a check comes from. */
export interface Source {
  readonly name: string;
  readonly url: string;
}

const ASVS: Readonly<Record<string, string>> = {
  V3: "0x12-V3-Web-Frontend-Security.md",
  V6: "0x15-V6-Authentication.md",
  V7: "0x16-V7-Session-Management.md",
  V12: "0x21-V12-Secure-Communication.md",
  V14: "0x23-V14-Data-Protection.md",
};

/** A requirement of the OWASP Application Security Verification Standard 5.0, such as `V7.2.4`. */
export const asvs = (requirement: string): Source => ({
  name: `OWASP ASVS 5.0 ${requirement}`,
  url: `https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/${ASVS[requirement.split(".")[0] as string]}`,
});

/** `rfc(9700, "4.14.2")` */
export const rfc = (number: number, section?: string): Source => ({
  name: `RFC ${number}${section ? `, ${section}` : ""}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}${section ? `#section-${section}` : ""}`,
});

/** A cheat sheet of OWASP, by its name in the address. */
export const cheatSheet = (name: string): Source => ({
  name: `OWASP ${name.replaceAll("_", " ")} Cheat Sheet`,
  url: `https://cheatsheetseries.owasp.org/cheatsheets/${name}_Cheat_Sheet.html`,
});

export const NIST: Source = {
  name: "NIST SP 800-63B-4, 5",
  url: "https://pages.nist.gov/800-63-4/sp800-63b.html",
};

export const IDEMPOTENCY: Source = {
  name: "The Idempotency-Key HTTP Header Field (draft)",
  url: "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/",
};

export const CLEAR_SITE_DATA: Source = {
  name: "Clear Site Data",
  url: "https://www.w3.org/TR/clear-site-data/",
};
