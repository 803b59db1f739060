"""What anyone would write first: ``python naive.py FILE OUT``. The peer that polldecode is measured
against."""

import base64
import json
import re
import sys
import urllib.parse

SHORTCODE = re.compile(
    r"\[expert_review_poll\s+id=[\s\"'«»„“”″′’‘&#;\w]*?(\d+)[^\]]*?params=[^A-Za-z0-9]*([A-Za-z0-9+/=]+)[^\]]*\]"
)

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for match in SHORTCODE.finditer(text):
        params = json.loads(urllib.parse.unquote(base64.b64decode(match[2]).decode()))
        params["id"] = match[1]
        out.write(json.dumps(params, ensure_ascii=False) + "\n")
