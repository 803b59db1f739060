<?php
// What anyone would write first: php naive.php FILE OUT
ini_set('memory_limit', '-1');
$text = file_get_contents($argv[1]);
$out = fopen($argv[2], 'w');
$shortcode = '/\[expert_review_poll\s+id=[^0-9\]]*?(\d+)[^\]]*?params=[^A-Za-z0-9]*([A-Za-z0-9+\/=]+)[^\]]*\]/';
preg_match_all($shortcode, $text, $matches, PREG_SET_ORDER);
foreach ($matches as $match) {
    $params = json_decode(urldecode(base64_decode($match[2])), true);
    $params['id'] = $match[1];
    fwrite($out, json_encode($params, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n");
}
