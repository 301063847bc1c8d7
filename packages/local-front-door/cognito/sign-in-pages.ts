import { createHash } from "node:crypto";
import type { LocalAnswer } from "../net/local-http";

/** The pages that a person sees while signing in. */
export class SignInPages {
  private readonly hash: string;

  /** @param look style sheet that the front door's pages share */
  constructor(private readonly look: string) {
    this.hash = createHash("sha256").update(look).digest("base64");
  }

  /** Asks for a made-up user. Its form returns with the same query. */
  form(query: URLSearchParams, problem?: string): LocalAnswer {
    const warning = problem === undefined ? "" : `<p class="verdict no" role="alert">${escaped(problem)}</p>`;
    return this.page(
      problem === undefined ? 200 : 400,
      "Sign in",
      `${warning}<form method="post" action="login?${escaped(query.toString())}">
<label for="username">User name</label>
<input id="username" name="username" value="ann" maxlength="64" autocomplete="off" spellcheck="false" required autofocus aria-describedby="help">
<p class="hint" id="help">Any name works: users of the local user pool are made up and have no password.</p>
<button type="submit">Sign in</button>
</form>`,
    );
  }

  refused(error: string, reason: string, place: string, help = "", status = 400): LocalAnswer {
    return this.page(
      status,
      "Sign-in refused",
      `<p class="verdict no">${escaped(error)}: ${escaped(reason)}; ${escaped(place)}</p><p>${escaped(help)}</p>`,
    );
  }

  /** Where a sign-in ends if no app requested it. @param curl a call that the person may make, as a shell command */
  signedIn(claims: Readonly<Record<string, unknown>>, again: string, curl: string | undefined): LocalAnswer {
    const call =
      curl === undefined
        ? "<p>No route accepts a token of this client.</p>"
        : `<h2>Call the front door</h2>
<p>Paste this into a terminal in the project's folder:</p>
<pre tabindex="0">${escaped(curl)}</pre>`;
    const rows = Object.entries(claims).map(
      ([name, value]) =>
        `<tr><th scope="row">${escaped(name)}</th><td><code>${escaped(claimText(name, value))}</code></td></tr>`,
    );
    return this.page(
      200,
      `Signed in as ${escaped(String(claims.username ?? claims.sub))}`,
      `${call}
<h2>Claims in the access token</h2>
<table class="claims"><tbody>${rows.join("")}</tbody></table>
<p><a href="${escaped(again)}">Sign in as another user</a></p>`,
    );
  }

  private page(status: number, title: string, content: string): LocalAnswer {
    const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · local user pool</title>
<link rel="icon" href="data:,">
<style>${this.look}</style>
</head>
<body class="single">
<main class="card">
<p class="hint">Local user pool, in place of Amazon Cognito</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // With `no-referrer`, browsers would send the form with `Origin: null`.
      "referrer-policy": "same-origin",
      // No script runs here, and no page may frame this one. A form's redirect goes to the callback.
      "content-security-policy": `default-src 'none'; style-src 'sha256-${this.hash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    };
    return { status, headers, body };
  }
}

const TIMES = ["exp", "iat", "auth_time"];

function claimText(name: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return TIMES.includes(name) ? `${text} (${new Date(Number(value) * 1000).toISOString()})` : text;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
