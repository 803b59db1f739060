// What anyone would write first: node naive.js FILE OUT
const fs = require("fs");
const text = fs.readFileSync(process.argv[2], "utf8");
const shortcode = /\[expert_review_poll\s+id=[\s"'«»„“”″′’‘&#;\w]*?(\d+)[^\]]*?params=[^A-Za-z0-9]*([A-Za-z0-9+/=]+)[^\]]*\]/g;
const lines = [];
for (const match of text.matchAll(shortcode)) {
  const params = JSON.parse(decodeURIComponent(Buffer.from(match[2], "base64").toString("latin1")));
  params.id = match[1];
  lines.push(JSON.stringify(params) + "\n");
}
fs.writeFileSync(process.argv[3], lines.join(""));
