const HtmlPlugin = require("html-webpack-plugin");

/** One entry, one page. */
const page = (chunk, filename) =>
  new HtmlPlugin({ template: `src/${chunk}.html`, filename, chunks: [chunk] });

module.exports = {
  mode: "production",
  entry: { main: "./src/main.js", oauth: "./src/common/oauth-page.js" },
  output: { filename: "[name].[contenthash].js", publicPath: "/" },
  plugins: [page("main", "index.html"), page("oauth", "oauth-app/index.html")],
  // Not a word from the bundler, but what is wrong.
  stats: "errors-warnings",
  performance: { hints: false },
};
