package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/cli"
)

var (
	inCode  = regexp.MustCompile("`(readout [^`]+)`")
	setting = regexp.MustCompile(`^([A-Za-z_]+=("[^"]*"|\S*) )+`)
)

// commandsIn are the commands of this program in a page of Markdown: in its blocks
// and among its words.
func commandsIn(page string) []string {
	var out []string
	take := func(command string) {
		command = setting.ReplaceAllString(strings.TrimPrefix(strings.TrimSpace(command), "$ "), "")
		if strings.HasPrefix(command, "readout ") {
			out = append(out, command)
		}
	}
	fenced := false
	for line := range strings.Lines(strings.ReplaceAll(page, "\\\n", "")) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced || strings.HasPrefix(line, "    "):
			for _, part := range pieces(line) {
				take(part)
			}
		default:
			for _, m := range inCode.FindAllStringSubmatch(line, -1) {
				take(m[1])
			}
		}
	}
	return out
}

// pieces are the commands of a line of a shell, each without what it reads, writes
// and is told of.
func pieces(line string) []string {
	var out []string
	from, quote := 0, byte(0)
	cut := func(to, next int) {
		out = append(out, line[from:to])
		from = next
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '#' && (i == 0 || line[i-1] == ' '):
			cut(i, len(line))
			return out
		case c == '|' || c == ';' || c == '&' || c == '<' || c == '>':
			cut(i, i+1)
		}
	}
	return append(out, line[from:])
}

var word = regexp.MustCompile(`(?:[^\s'"]|'[^']*'|"[^"]*")+`)

// words are the arguments of a command.
func words(command string) []string {
	var out []string
	for _, w := range word.FindAllString(command, -1) {
		out = append(out, strings.NewReplacer(`'`, "", `"`, "").Replace(w))
	}
	return out
}

// Every command that the pages name is one that the program takes, with its flags.
func TestDocsNameCommands(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range append(pages, "../../README.md", "../../SECURITY.md", "../../ARCHITECTURE.md") {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range commandsIn(string(b)) {
			args := words(command)[1:]
			// “account list|scopes” names two commands at once.
			if len(args) == 0 || strings.Contains(command, "|") || strings.ContainsAny(args[0], ".,…") {
				continue
			}
			n++
			// Help is asked for before the flags: nothing is run, and a flag that is none
			// is an error all the same. A flag is named without its value among words.
			at := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "-") })
			if at < 0 {
				at = len(args)
			}
			last := args[len(args)-1]
			var out bytes.Buffer
			code := cli.Main(slices.Insert(args, at, "--help"), cli.Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out})
			if code != 0 && !strings.HasPrefix(out.String(), "readout: flag needs an argument: "+last) || code == 0 && !strings.Contains(out.String(), "readout "+args[0]) {
				t.Errorf("%s names “%s”: exit code %d\n%s", filepath.Base(path), command, code, out.String())
			}
		}
	}
	if n < 150 {
		t.Errorf("%d commands were found in the pages", n)
	}
}

func TestCommandsIn(t *testing.T) {
	page := "Ask `readout who Maren --db a.db`, or `status`.\n\n```sh\n$ printf '%s\\n' \"$PASSWORD\" | readout account add orrin   # twice\nA=1 B=\"x y\" readout serve \\\n  --demo &\n```\n    readout search 'by:maren \"lake; levels\"' > hits\nreadout in a sentence\n"
	want := []string{"readout who Maren --db a.db", "readout account add orrin", "readout serve   --demo", `readout search 'by:maren "lake; levels"'`}
	got := commandsIn(page)
	for i := range got {
		got[i] = strings.TrimSpace(got[i])
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	if w := words(want[3]); len(w) != 3 || w[2] != "by:maren lake; levels" {
		t.Errorf("%q", w)
	}
}
