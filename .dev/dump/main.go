package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

func chainName(d *nlp.Doc, c int) string {
	if c < 0 {
		return "-"
	}
	x := d.Chains[c]
	n := x.Name
	if n == "" && len(x.Mentions) > 0 {
		n = "~" + d.Text(d.Mentions[x.Mentions[0]].Span)
	}
	return fmt.Sprintf("%d:%s", c, n)
}

func main() {
	conll := flag.Bool("conll", false, "")
	onlyPos := flag.Bool("pos", false, "")
	text := flag.Bool("text", false, "print sentences")
	chains := flag.Bool("chains", false, "")
	flag.Parse()
	r, err := pipeline.New()
	if err != nil {
		panic(err)
	}
	do := func(id, text_ string) {
		rep := &readout.Report{ID: id, Text: text_}
		d := &nlp.Doc{Report: rep}
		r.Annotators.Run(d)
		fmt.Println("=====", id)
		if *chains {
			for i, c := range d.Chains {
				fmt.Printf("CHAIN %d %q type=%s key=%s country=%s titles=%v members=%v n=%d rule=%s\n", i, c.Name, c.Type, c.Key, c.Country, c.Titles, c.Members, len(c.Mentions), c.By.Rule)
			}
		}
		for s, sent := range d.Sentences {
			has := false
			for _, p := range d.Positions {
				if p.Start >= sent.Start && p.Start < sent.End {
					has = true
				}
			}
			if *onlyPos && !has {
				continue
			}
			if *text || *conll || *onlyPos {
				fmt.Printf("[%d %s] %s\n", s, sent.Noise, strings.ReplaceAll(d.Text(sent.Span), "\n", " "))
			}
			if *conll {
				for t := sent.First; t < sent.Last; t++ {
					k := d.Tokens[t]
					h := k.Head - sent.First + 1
					if k.Head < 0 {
						h = 0
					}
					m := d.MentionAt(t)
					ms := ""
					if m >= 0 {
						ms = fmt.Sprintf("%s/%s/%s", d.Mentions[m].Type, d.Mentions[m].Form, chainName(d, d.Mentions[m].Chain))
					}
					fmt.Printf("%d\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", t-sent.First+1, d.Word(t), k.Lemma, k.UPOS, k.XPOS, h, k.Deprel, ms)
				}
				for i, a := range d.Attributions {
					if a.Sent == s {
						var c []string
						for _, x := range a.Content {
							c = append(c, d.Text(x))
						}
						fmt.Printf("  ATTR %d cue=%q src=%q spk=%s kind=%s uttered=%v neg=%v parent=%d: %q\n", i, d.Text(a.Cue), d.Text(a.Source), chainName(d, a.Speaker), a.Kind, a.Uttered, a.Negated, a.Parent, c)
					}
				}
				for i, e := range d.Events {
					if e.Sent == s {
						fmt.Printf("  EV %d %s/%s %q %s\n", i, e.Type, e.Mode, d.Text(e.Trigger), e.Status)
					}
				}
			}
			for _, p := range d.Positions {
				if p.Start >= sent.Start && p.Start < sent.End {
					var iss []string
					for _, t := range p.Issue {
						iss = append(iss, d.Word(t))
					}
					fmt.Printf("   >> %s %s -> %s | trig=%q | terms=%q | ev=%q", strings.ToUpper(string(p.Stance)), chainName(d, p.Party), chainName(d, p.Addressee), d.Text(p.Trigger), d.Text(p.Terms), d.Text(p.Span))
					if p.If.Len() > 0 {
						fmt.Printf(" if=%q", d.Text(p.If))
					}
					if p.Until >= 0 {
						fmt.Printf(" until=%q", d.Text(d.Timexes[p.Until].Span))
					}
					if p.Time >= 0 {
						fmt.Printf(" time=%q", d.Text(d.Timexes[p.Time].Span))
					}
					if p.Event >= 0 {
						fmt.Printf(" event=%q", d.Text(d.Events[p.Event].Trigger))
					}
					fmt.Printf(" issue=%q att=%d breach=%v utt=%v %s\n", strings.Join(iss, " "), p.Attribution, p.Breach, p.Uttered, p.By.Rule)
				}
			}
		}
	}
	for _, a := range flag.Args() {
		if strings.HasSuffix(a, ".jsonl") {
			f, _ := os.Open(a)
			sc := bufio.NewScanner(f)
			sc.Buffer(nil, 1<<24)
			for sc.Scan() {
				var o struct{ ID, Text string }
				if json.Unmarshal(sc.Bytes(), &o) == nil {
					do(o.ID, o.Text)
				}
			}
			continue
		}
		b, err := os.ReadFile(a)
		if err != nil {
			do("arg", a)
			continue
		}
		do(a, string(b))
	}
	_ = slices.Contains[[]int]
}
