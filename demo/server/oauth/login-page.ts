/** The page on which the user signs in, for the application that sent them. Works without a script. */
export function loginPage(problem = "", username = ""): string {
  return page(
    "Sign in to Handover",
    `<p>Handover would like to know who you are.</p>
${problem && `<p role="alert">${escaped(problem)}</p>`}
<form method="post">
<label>User name <input name="username" autocomplete="username" required maxlength="100" value="${escaped(username)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="1000"></label>
<button>Sign in</button>
</form>`,
  );
}

/** Said to the user and to nobody else: where to send an answer is just what is not known. */
export function refusalPage(problem: string): string {
  return page("This sign-in cannot go on", `<p role="alert">${escaped(problem)}</p>`);
}

export const STYLES = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-inline-size: 22rem; margin: 12vh auto; padding: 0 1rem; }
label, input, button { display: block; box-sizing: border-box; inline-size: 100%; margin-block: 0.25rem 1rem; }
input, button { padding: 0.5rem; font: inherit; }
[role="alert"] { padding: 0.5rem 0.75rem; border: 1px solid; border-radius: 0.375rem; }
`;

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/oauth/login.css">
</head>
<body><main><h1>${title}</h1>
${main}
</main></body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
