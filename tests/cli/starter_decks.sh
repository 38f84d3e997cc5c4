#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=120
# Starter decks that check takes once they are filled in; a JSON Schema that takes every deck of inputs/
# and refuses mistakes; a reference of decks that is not stale.
. "$QV_SOURCE/tests/support/cli.sh"
echo 1 >some.txt

# fill DECK: what is open gets a file or a number; other lines than keys are comments
fill() { sed -E -i '/^#/! { s/^( *(path|data|at|policy): )\?\?\?/\1some.txt/; s/: \?\?\?/: 2/ }' "$1"; }

problems=$("$QUADRIVIUM" list | awk '{print $1}')
for problem in $problems; do
  expect 0 "$QUADRIVIUM" init "$problem"
  cp out.txt deck.yaml
  fill deck.yaml
  expect 0 "$QUADRIVIUM" check deck.yaml
  # what may be left out stands in it too
  for key in seed every directory title; do says deck.yaml "$key:"; done
done
# choices that are given decide what must be filled in
while read -r words <&3; do
  # shellcheck disable=SC2086 # several words
  expect 0 "$QUADRIVIUM" init $words
  cp out.txt deck.yaml
  fill deck.yaml
  expect 0 "$QUADRIVIUM" check deck.yaml
  grep -qF "${words##*=}" deck.yaml || complain "the value of '$words' is lost"
done 3<<'WORDS'
submodular.stream submodular.stream.from=sliding-window submodular.k=7
submodular.stream submodular.stream.from=churn
submodular.stream submodular.objective.name=facility-location submodular.stream.from=expiry
threebody.integrate threebody.systems.from=file
threebody.integrate threebody.systems.from=figure-eight threebody.integrator.name=regularised
bilevel.solve bilevel.task.name=cleaning bilevel.method.name=bo-rep
WORDS
expect 64 "$QUADRIVIUM" init nothing
expect 64 "$QUADRIVIUM" init submodular.stream submodular.stream.windw=3
expect 64 "$QUADRIVIUM" init submodular.stream submodular.stream.window=3
expect 64 "$QUADRIVIUM" schema nothing

expect 0 "$QUADRIVIUM" list --markdown
cmp out.txt "$QV_SOURCE/docs/decks.md" ||
  complain "docs/decks.md is stale: quadrivium list --markdown >docs/decks.md"

for problem in $problems; do "$QUADRIVIUM" schema "$problem" >"$problem.json" || complain "no schema"; done
"$QUADRIVIUM" schema >all.json || complain "no schema of all problems"
if ! /usr/bin/python3 -c 'import yaml' 2>/dev/null; then finish; fi
/usr/bin/python3 - "$QV_SOURCE/inputs" <<'PYTHON' || complain "the schema is not right"
import copy, glob, json, re, sys, yaml

def fits(schema, value):
    """What of JSON Schema is used, read strictly."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    types = {"object": isinstance(value, dict), "array": isinstance(value, list),
             "string": isinstance(value, str), "boolean": isinstance(value, bool),
             "number": is_number, "integer": is_number and value == int(value)}
    for word, is_met in schema.items():
        if word in ("description", "$schema"): good = True
        elif word == "type": good = any(types[t] for t in ([is_met] if isinstance(is_met, str) else is_met))
        elif word == "enum": good = value in is_met
        elif word == "const": good = value == is_met
        elif word == "anyOf": good = any(fits(s, value) for s in is_met)
        elif word == "allOf": good = all(fits(s, value) for s in is_met)
        elif word == "if": good = not fits(is_met, value) or fits(schema["then"], value)
        elif word == "then": good = True
        elif word == "pattern": good = not types["string"] or re.search(is_met, value) is not None
        elif word == "minimum": good = not is_number or value >= is_met
        elif word == "maximum": good = not is_number or value <= is_met
        elif word == "exclusiveMinimum": good = not is_number or value > is_met
        elif word == "exclusiveMaximum": good = not is_number or value < is_met
        elif word == "items": good = not types["array"] or all(fits(is_met, v) for v in value)
        elif word == "required": good = not types["object"] or all(k in value for k in is_met)
        elif word == "properties":
            good = not types["object"] or all(fits(s, value[k]) for k, s in is_met.items() if k in value)
        elif word == "additionalProperties":
            assert is_met is False
            good = not types["object"] or all(k in schema["properties"] for k in value)
        else: raise SystemExit("an unknown word of JSON Schema: " + word)
        if not good: return False
    return True

def plain(node):
    if isinstance(node, dict): return {k: plain(v) for k, v in node.items()}
    if isinstance(node, list): return [plain(v) for v in node]
    return node if isinstance(node, (int, float, str, bool)) else str(node)

both = json.load(open("all.json"))
cases, decks = [], sorted(glob.glob(sys.argv[1] + "/**/*.yaml", recursive=True))
assert len(decks) > 10
for path in decks:
    deck = plain(yaml.safe_load(open(path)))
    one = json.load(open(deck["problem"] + ".json"))
    other = [p for p in both["properties"]["problem"]["enum"] if p != deck["problem"]][0]
    cases += [(path, one, deck, True), (path, both, deck, True)]
    section = deck["problem"].split(".")[0]
    def broken(change):
        worse = copy.deepcopy(deck)
        change(worse)
        cases.append((path + " broken", one, worse, False))
        cases.append((path + " broken", both, worse, False))
    broken(lambda d: d.update(sed=1))
    broken(lambda d: d.update(seed=-1))
    broken(lambda d: d.update(seed="x"))
    broken(lambda d: d.pop("output"))
    broken(lambda d: d.update(problem=other))
    broken(lambda d: d[section].update(nothing=1))
    broken(lambda d: d.update(checkpoint={"every": "often"}))
    broken(lambda d: d.update(run={"step": 0}))
for path, schema, deck, good in cases:
    if fits(schema, deck) != good: raise SystemExit("%s: %s" % (path, not good))
json.dump([(s, d, g) for _, s, d, g in cases], open("cases.json", "w"))
PYTHON
# a second opinion, where there is one
for python in /usr/bin/python3 python3; do
  $python -c "import jsonschema" 2>/dev/null || continue
  $python - <<'PYTHON' || complain "jsonschema has another opinion"
import json, jsonschema
for schema, deck, good in json.load(open("cases.json"))[:24]:
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    assert kind(schema).is_valid(deck) == good, deck
PYTHON
  break
done
finish
