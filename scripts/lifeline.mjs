/**
 * Ends this process when npm is gone. npm runs a script through a shell, and some shells do not pass signals on:
 * `kill <npm>` would end npm and the shell, and leave the script behind with its port taken.
 */
export function endWithNpm() {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 250).unref();
}
