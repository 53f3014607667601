package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// A gold of two invented reports and a record of them: each measure has a fact
// that is right and one that is not.
var (
	smallGold = map[string]string{
		"documents": `[{"doc":"000","outlet":{"value":null},"publication_date":{"value":"2031-03-18"}},
			{"doc":"001","outlet":{"value":"Lake Post (Lake Post, lakepost.example)"},"publication_date":{"value":"2031-03-19"}}]`,
		"entities": `[{"id":"MAREN","canonical":"Ilse Maren","mentions":[
				{"file":"000_a.txt","start":0,"end":16,"kind":"name","core_name":{"file":"000_a.txt","start":6,"end":16}},
				{"file":"001_b.txt","start":0,"end":5,"kind":"name","core_name":null},
				{"file":"001_b.txt","start":90,"end":93,"kind":"pronoun"}]},
			{"id":"ERED","canonical":"Tomas Ered","mentions":[
				{"file":"000_a.txt","start":30,"end":40,"kind":"name"},
				{"file":"000_a.txt","start":300,"end":304,"kind":"name"}]}]`,
		"events": `[{"id":"E1","type":"phone call","status":"reported-unconfirmed","date":{"value":"2031-03-17"},"participants":[{"entity":"MAREN"},{"entity":"ERED"}],
				"mentions":[{"file":"000_a.txt","trigger_span":{"start":50,"end":56}},{"file":"001_b.txt","trigger_span":{"start":20,"end":24}}]},
			{"id":"E2","type":"talks","status":"occurred","date":null,"participants":[{"entity":"MAREN"}],
				"mentions":[{"file":"001_b.txt","trigger_span":{"start":60,"end":65}},{"file":"001_b.txt","trigger_span":{"start":70,"end":75}}]},
			{"id":"E3","type":"planned meeting","status":"planned","date":null,"participants":[],"mentions":[{"file":"000_a.txt","trigger_span":{"start":80,"end":87}}]}]`,
		"quotations": `[{"file":"000_a.txt","type":"direct","content_spans":[{"start":100,"end":120}],"speaker":["MAREN"],"attribution_chain":["Maren","this outlet (000)"]},
			{"file":"000_a.txt","type":"free_direct","content_spans":[{"start":130,"end":140}],"speaker":"ERED","attribution_chain":["Ered","an agency","this outlet (000)"]},
			{"file":"001_b.txt","type":"indirect","content_spans":[{"start":100,"end":110},{"start":120,"end":130}],"speaker":[null],"attribution_chain":["a source","Lake Post"],"hypothetical":true},
			{"file":"001_b.txt","type":"indirect","content_spans":[],"speaker":["MAREN"],"attribution_chain":[]},
			{"file":"001_b.txt","type":"mixed","content_spans":[{"start":200,"end":220}],"speaker":["MAREN"],"attribution_chain":["Maren","this outlet (001)"]}]`,
		"claims": `[{"event":"E1","attribute":"duration","verdict":"conflict","files":["000_a.txt","001_b.txt"],"values":[
				{"normalised":{"unit":"minute","min":90,"max":null},"evidence":{"file":"000_a.txt","start":60,"end":70}},
				{"normalised":{"unit":"minute","min":40,"max":50},"evidence":{"file":"001_b.txt","start":30,"end":40}},
				{"normalised":"long","evidence":{"file":"001_b.txt","start":30,"end":40}}]},
			{"event":"E1","attribute":"date","verdict":"agree","files":["000_a.txt","001_b.txt"],"values":[]},
			{"event":"E1","attribute":"topic","verdict":"agree","files":["000_a.txt","001_b.txt"],"values":[]},
			{"event":"E2","attribute":"place","verdict":"single-source","files":["001_b.txt"],"values":[]}]`,
		"positions": `[{"stance":"condition","evidence":{"file":"000_a.txt","start":200,"end":220}},
			{"stance":"goal","evidence":{"file":"000_a.txt","start":230,"end":250}},
			{"stance":"assessment","evidence":{"file":"000_a.txt","start":260,"end":270}}]`,
		"responses": `[{"kind":"neither confirmed nor denied","evidence":{"file":"000_a.txt","start":400,"end":420}},
			{"kind":"denial","evidence":{"file":"000_a.txt","start":430,"end":450}},
			{"kind":"wish","evidence":{"file":"000_a.txt","start":460,"end":470}}]`,
		"timexes": `[{"span":{"file":"000_a.txt","start":500,"end":506},"value":"2031-03-17"},
			{"span":{"file":"000_a.txt","start":510,"end":520},"value":"2031-W11","alternatives":["2031-W12",["no text"]]},
			{"span":{"file":"000_a.txt","start":530,"end":540},"value":"PAST_REF","optional":true}]`,
	}
	smallRecord = `{"reports":[{"id":"r0","path":"news/000_a.txt","published":{"value":"2031-03-18T10:00"}},{"id":"r1","path":null,"url":"https://lakepost.example/001_b","published":{"value":null},"skipped":"not English"},
			{"id":"r9","path":"other.txt","published":{"value":"2031-03-19"}}],
		"entities":[{"id":"e1","name":"Ilse Maren","mentions":[{"report":"r0","start":6,"end":16,"form":"name"},{"report":"r1","start":0,"end":5,"form":"name"},{"report":"r0","start":30,"end":40,"form":"pronoun"}]},
			{"id":"e2","name":"Mr Ered","mentions":[{"report":"r0","start":34,"end":40}]},
			{"id":"e3","name":"Someone","mentions":[]}],
		"events":[{"id":"v1","type":"CONSULT","status":"reported","date":{"value":"2031-03-17T09:00"},"participants":[{"entity":"e1"},{"entity":"e2"}],
				"mentions":[{"report":"r0","start":40,"end":60,"trigger":{"start":50,"end":56}},{"report":"r1","start":20,"end":24}]},
			{"id":"v2","type":"CONSULT","status":"planned","date":null,"participants":[{"entity":"e3"}],"mentions":[{"report":"r1","start":55,"end":66,"trigger":{"start":60,"end":65}}]},
			{"id":"v3","type":"CONSULT","status":"planned","date":null,"participants":[],"mentions":[{"report":"r0","start":80,"end":87,"trigger":{"start":80,"end":87}}]},
			{"id":"v4","type":"CONSULT","status":"planned","date":null,"participants":[],"mentions":[{"report":"r0","start":600,"end":604,"trigger":{"start":600,"end":604}}]},
			{"id":"v5","type":"STATEMENT","status":"occurred","date":null,"participants":[],"mentions":[{"report":"r1","start":70,"end":75,"trigger":{"start":70,"end":75}}]}],
		"statements":[{"report":"r0","kind":"direct","content":[{"start":100,"end":118}],"speaker":"e1","chain":[{"text":"Maren"},{"text":"","outlet_of_report":true}],"uttered":true},
			{"report":"r0","kind":"direct","content":[{"start":130,"end":140}],"speaker":"e2","chain":[{"text":"Ered"}],"uttered":true},
			{"report":"r1","kind":"mixed","content":[{"start":100,"end":105},{"start":104,"end":110},{"start":120,"end":130}],"speaker":"e3","chain":[{"text":"a source"}],"uttered":false},
			{"report":"r1","kind":"mixed","content":[{"start":211,"end":230}],"speaker":null,"chain":[],"uttered":true},
			{"report":"r9","kind":"mixed","content":[{"start":1,"end":2}],"speaker":null,"chain":[],"uttered":true}],
		"claims":[{"attribute":"duration","value":{"unit":"minute","min":88,"max":null},"evidence":{"report":"r0","start":65,"end":75}},
			{"attribute":"duration","value":{"unit":"minute","min":36,"max":50},"evidence":{"report":"r1","start":30,"end":40}},
			{"attribute":"duration","value":null,"evidence":{"report":"r1","start":30,"end":40}}],
		"disagreements":[{"event":"v1","attribute":"duration","verdict":"compatible"},{"event":"v1","attribute":"date","verdict":"agree"},{"event":"v4","attribute":"duration","verdict":"conflict"}],
		"positions":[{"stance":"goal","evidence":{"report":"r0","start":200,"end":220}},{"stance":"demand","evidence":{"report":"r0","start":218,"end":225}},{"stance":"assessment","evidence":{"report":"r0","start":260,"end":270}}],
		"responses":[{"kind":"decline","evidence":{"report":"r0","start":400,"end":410}},{"kind":"neither","evidence":{"report":"r0","start":415,"end":425}},{"kind":"deny","evidence":{"report":"r0","start":460,"end":470}}],
		"timexes":[{"report":"r0","start":500,"end":506,"value":"2031-03-17Z"},{"report":"r0","start":512,"end":520,"value":"2031-W12"},{"report":"r0","start":530,"end":540,"value":"x"},{"report":"r0","start":700,"end":710,"value":"2031"}]}`
)

func writeGold(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestScoreJSON(t *testing.T) {
	g, err := ReadGold(writeGold(t, smallGold))
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.ScoreJSON([]byte(smallRecord))
	if err != nil {
		t.Fatal(err)
	}
	want := []Measure{
		shareOf("reports read", 1, 2),
		shareOf("publication date", 1, 2),
		shareOf("name mentions found", 3, 4),
		f1Of("entity linking (pairwise)", 1, 1, 1),
		f1Of("time expressions (span)", 2, 3, 2),
		f1Of("time expressions (value)", 2, 3, 2),
		f1Of("statements", 3, 4, 4), // 9 of 30 characters are not half
		shareOf("statements recall, direct", 2, 2),
		shareOf("statements recall, mixed", 0, 1),
		shareOf("statements recall, indirect", 1, 1),
		shareOf("statement kind right (of matched)", 2, 3),
		shareOf("speaker right (of matched)", 3, 3), // an entity that gold does not know passes for an unknown source
		f1Of("statement + speaker", 3, 4, 4),
		shareOf("imagined speech marked", 1, 1),
		shareOf("chain length right (of matched)", 2, 3),
		f1Of("calls, meetings, talks", 2, 3, 2),    // a planned meeting does not count against it
		shareOf("… date right (of matched)", 2, 2), // no day is wanted of the second
		shareOf("… participants complete (of matched)", 1, 2),
		shareOf("… status right (of matched)", 1, 2),
		f1Of("event mentions clustered (pairwise)", 1, 1, 2),
		shareOf("event mentions found (calls, meetings, talks)", 4, 4),
		shareOf("durations read", 1, 2),
		shareOf("verdicts right", 1, 2),
		f1Of("positions (evidence)", 1, 2, 2),
		f1Of("positions (evidence + stance)", 1, 2, 2), // the demand is taken for the condition though the goal covers it better
		f1Of("responses (evidence)", 1, 3, 2),
		shareOf("response kind right (of matched)", 1, 1),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestScoreNothing(t *testing.T) {
	files := map[string]string{}
	for name := range smallGold {
		files[name] = `[]`
	}
	g, err := ReadGold(writeGold(t, files))
	if err != nil {
		t.Fatal(err)
	}
	ms, err := g.ScoreJSON([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range ms {
		if m.Value != 0 || m.Right != 0 || m.Wanted != 0 {
			t.Errorf("%+v", m)
		}
	}
	if _, err := g.ScoreJSON([]byte(`{`)); err == nil {
		t.Error("half an object was scored")
	}
	if _, err := ReadGold(t.TempDir()); err == nil {
		t.Error("an empty folder was read as gold")
	}
}

// The measures are, to the digit, those of the tool that judges the record
// from outside: on the record of the seeds, on none of it, and on records made
// of the gold and then damaged.
func TestMeasuresAreThoseOfTheTool(t *testing.T) {
	shared := filepath.Join(corpus.Dir(t), "..")
	tool, gold := filepath.Join(shared, "tools", "score_record.py"), filepath.Join(shared, "gold")
	if _, err := os.Stat(tool); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the outside tool is not at %s and CI is set", tool)
		}
		t.Skipf("the outside tool is not at %s", tool)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 is not installed and CI is set: the outside tool cannot be run")
		}
		t.Skip("python3 is not installed: the measures are not checked against the outside tool")
	}
	g, err := ReadGold(gold)
	if err != nil {
		t.Fatal(err)
	}
	records := map[string][]byte{}
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, bare := range map[string]bool{"with the manifest": false, "without the manifest": true} {
		rec, err := readFolder(r, filepath.Join(shared, "seeds"), bare)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := recordjson.Write(&b, rec); err != nil {
			t.Fatal(err)
		}
		records[name] = b.Bytes()
	}
	for n := range 6 {
		records[fmt.Sprintf("gold, damage %d", n)] = damagedGold(t, gold, rand.New(rand.NewPCG(uint64(n), 7)), float64(n)/10)
	}
	for name, record := range records {
		t.Run(name, func(t *testing.T) {
			got, err := g.ScoreJSON(record)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(runTool(t, python, tool, gold, record), got); diff != "" {
				t.Errorf("(-tool +ours):\n%s", diff)
			}
		})
	}
}

// runTool reads the measures that the tool prints, in their order.
func runTool(t *testing.T, python, tool, gold string, record []byte) (out []Measure) {
	t.Helper()
	cmd := exec.Command(python, tool, "--gold", gold, "--json")
	cmd.Stdin = bytes.NewReader(record)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	dec := json.NewDecoder(bytes.NewReader(printed))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			Value, P, R   float64
			Num, Den      int
			Tp, Sys, Gold *int
			Note          string
		}
		if err := dec.Decode(&v); err != nil {
			t.Fatal(err)
		}
		m := Measure{Name: name.(string), Value: v.Value, Right: v.Num, Wanted: v.Den}
		if v.Tp != nil {
			m.F1, m.P, m.R, m.Right, m.Given, m.Wanted = true, v.P, v.R, *v.Tp, *v.Sys, *v.Gold
		}
		out = append(out, m)
	}
	return out
}

// damagedGold writes gold as a record and spoils each fact with chance p.
func damagedGold(t *testing.T, dir string, rng *rand.Rand, p float64) []byte {
	t.Helper()
	read := func(name string) (out []map[string]any) {
		b, err := os.ReadFile(filepath.Join(dir, name+".json"))
		if err == nil {
			err = json.Unmarshal(b, &out)
		}
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	type object = map[string]any
	bad := func() bool { return rng.Float64() < p }
	text := func(x any) string { s, _ := x.(string); return s }
	objects := func(x any) (out []object) {
		list, _ := x.([]any)
		for _, y := range list {
			out = append(out, y.(object))
		}
		return out
	}
	// span is a range of gold as evidence, moved when it is spoilt.
	span := func(x any) object {
		s := x.(object)
		out := object{"report": "r" + docOf(text(s["file"])), "start": s["start"], "end": s["end"]}
		if bad() {
			by := float64(rng.IntN(40) - 20)
			out["start"], out["end"] = s["start"].(float64)+by, s["end"].(float64)+by+float64(rng.IntN(9))
		}
		return out
	}
	out := object{}
	for _, kind := range []string{"reports", "entities", "events", "statements", "claims", "disagreements", "positions", "responses", "timexes"} {
		out[kind] = []object{}
	}
	add := func(kind string, x object) {
		if !bad() {
			out[kind] = append(out[kind].([]object), x)
		}
	}
	for _, d := range read("documents") {
		day := d["publication_date"].(object)["value"]
		if bad() {
			day = nil
		}
		add("reports", object{"id": "r" + text(d["doc"]), "path": "x/" + text(d["file"]), "published": object{"value": day}})
	}
	var ids []string
	for _, e := range read("entities") {
		id := text(e["id"])
		ids = append(ids, id)
		mentions := []object{}
		for _, m := range objects(e["mentions"]) {
			x := span(m)
			if x["form"] = m["kind"]; !bad() {
				mentions = append(mentions, x)
			}
		}
		add("entities", object{"id": id, "name": e["canonical"], "mentions": mentions})
	}
	// who is an entity, another or none.
	who := func(id any) any {
		switch {
		case !bad():
			return id
		case bad():
			return nil
		}
		return ids[rng.IntN(len(ids))]
	}
	events := read("events")
	for _, e := range events {
		x := object{"id": e["id"], "type": "STATEMENT", "status": strings.TrimSuffix(text(e["status"]), "-unconfirmed"), "date": e["date"]}
		if meets(text(e["type"])) || near(text(e["type"])) != bad() {
			x["type"] = "CONSULT"
		}
		people, mentions := []object{}, []object{}
		for _, p := range objects(e["participants"]) {
			people = append(people, object{"entity": who(p["entity"])})
		}
		for _, m := range objects(e["mentions"]) {
			y := span(m["trigger_span"])
			y["trigger"] = object{"start": y["start"], "end": y["end"]}
			mentions = append(mentions, y)
		}
		x["participants"], x["mentions"] = people, mentions
		add("events", x)
	}
	for _, q := range read("quotations") {
		content := []object{}
		for _, c := range objects(q["content_spans"]) {
			content = append(content, span(c))
		}
		kind := text(q["type"])
		if kind == "free_direct" || bad() {
			kind = "direct"
		}
		var speaker any
		if list, ok := q["speaker"].([]any); ok && len(list) > 0 {
			speaker = who(list[0])
		}
		chain := []object{}
		for range q["attribution_chain"].([]any) {
			chain = append(chain, object{"outlet_of_report": false})
		}
		if len(chain) > 0 && !bad() {
			chain[len(chain)-1]["outlet_of_report"] = true
		}
		add("statements", object{"report": "r" + docOf(text(q["file"])), "kind": kind, "content": content, "speaker": speaker, "chain": chain, "uttered": q["hypothetical"] == nil})
	}
	for _, c := range read("claims") {
		for _, v := range objects(c["values"]) {
			value, _ := v["normalised"].(object)
			if min, ok := value["min"].(float64); ok && bad() {
				value["min"] = min + float64(rng.IntN(9)-4)
			}
			add("claims", object{"id": fmt.Sprint(rng.Uint64()), "attribute": c["attribute"], "value": value, "evidence": span(v["evidence"])})
		}
		verdict := text(c["verdict"])
		if verdict == "single-source" || bad() {
			verdict = "single"
		}
		add("disagreements", object{"event": c["event"], "attribute": c["attribute"], "verdict": verdict})
	}
	stances := []string{"demand", "goal", "offer", "order", "assessment", "violation"}
	for _, x := range read("positions") {
		stance := text(x["stance"])
		if bad() {
			stance = stances[rng.IntN(len(stances))]
		}
		add("positions", object{"stance": stance, "evidence": span(x["evidence"])})
		if bad() {
			add("positions", object{"stance": stances[rng.IntN(len(stances))], "evidence": span(x["evidence"])})
		}
	}
	for _, x := range read("responses") {
		kind := responseKind(text(x["kind"]))
		if kind == "" || bad() {
			kind = "decline"
		}
		add("responses", object{"kind": kind, "evidence": span(x["evidence"])})
	}
	for _, x := range read("timexes") {
		y := span(x["span"])
		y["value"] = x["value"]
		if bad() {
			y["value"] = nil
		}
		add("timexes", y)
	}
	b, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
