package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/sbom"
	"github.com/readout-news/readout/internal/torture"
)

// phrases tell licences by their words (SPDX names).
var phrases = []struct{ id, phrase, without string }{
	{"Apache-2.0", `Apache License.* Version 2\.0`, ""},
	{"BSD-2-Clause", `Redistribution and use in source and binary forms`, `Neither the name|may not be used to endorse|names of`},
	{"BSD-3-Clause", `Redistribution and use in source and binary forms.*(Neither the name|may not be used to endorse|names of)`, ""},
	{"MIT", `Permission is hereby granted, free of charge`, ""},
	{"MPL-2.0", `Mozilla Public License.*2\.0`, ""},
	{"GPL", `GNU (AFFERO )?GENERAL PUBLIC LICENSE Version`, ""},
	{"LGPL", `GNU LESSER GENERAL PUBLIC LICENSE Version`, ""},
}

// identified is the SPDX expression of what the texts of a module say, without
// those of what it was made from.
func identified(texts map[string]string) string {
	var ids []string
	for name, text := range texts {
		if strings.Contains(name, "3RD-PARTY") {
			continue
		}
		text = strings.Join(strings.Fields(text), " ")
		for _, p := range phrases {
			if regexp.MustCompile(p.phrase).MatchString(text) && (p.without == "" || !regexp.MustCompile(p.without).MatchString(text)) {
				ids = append(ids, p.id)
			}
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " AND ")
}

// What is linked has a licence that lets it be given on with a program under
// ours, and the table that the bill of materials takes it from says the same as
// the texts in the module cache.
func TestLicences(t *testing.T) {
	modules, err := linked("github.com/readout-news/readout/cmd/readout")
	if err != nil {
		t.Fatal(err)
	}
	if len(modules) < 20 {
		t.Fatalf("%d modules are linked, want more: the list is not read right", len(modules))
	}
	free := []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0"}
	table := sbom.Licences()
	for _, m := range modules {
		texts, err := m.texts()
		if err != nil {
			t.Error(err)
			continue
		}
		got := identified(texts)
		if got != table[m.Path] {
			t.Errorf("%s: its texts say %q, licences.tsv %q", m.Path, got, table[m.Path])
		}
		for _, id := range strings.Split(got, " AND ") {
			if !slices.Contains(free, id) {
				t.Errorf("%s is under %q, which cannot be given on with the program", m.Path, id)
			}
		}
	}
	for path := range table {
		if !slices.ContainsFunc(modules, func(m module) bool { return m.Path == path }) {
			t.Errorf("licences.tsv names %s, which is not linked", path)
		}
	}
	var b bytes.Buffer
	if err := write(&b, modules); err != nil {
		t.Error(err)
	}
	for _, m := range modules {
		if !strings.Contains(b.String(), m.Path+" "+m.Version) {
			t.Errorf("the notices miss %s", m.Path)
		}
	}
}

// Every module that go.mod names itself has its reason in docs/dependencies.md,
// and is in the program or only in tests as the table says (R35).
func TestDependenciesHaveReasons(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{} // module → "yes" or "tests"
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | ")
		if len(cells) == 4 && strings.Contains(cells[0], "/") && cells[3] != "" {
			named[cells[0]] = cells[2]
		}
	}
	cmd := exec.Command("go", "mod", "edit", "-json")
	b, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(b, &mod); err != nil {
		t.Fatal(err)
	}
	modules, err := linked("github.com/readout-news/readout/cmd/readout")
	if err != nil {
		t.Fatal(err)
	}
	direct, in := map[string]bool{}, 0
	for _, r := range mod.Require {
		if r.Indirect {
			continue
		}
		direct[r.Path] = true
		want := "tests"
		if slices.ContainsFunc(modules, func(m module) bool { return m.Path == r.Path }) {
			want = "yes"
			in++
		}
		// A library of ours that only tests ask for may be linked by another.
		if got := named[r.Path]; got != want && (got == "" || want == "tests") {
			t.Errorf("docs/dependencies.md says %q of %s, want %q", got, r.Path, want)
		}
	}
	for path := range named {
		if !direct[path] {
			t.Errorf("docs/dependencies.md names %s, which go.mod does not", path)
		}
	}
	torture.Counted(t, "R35", len(direct), "direct dependencies with a reason and a licence", fmt.Sprintf("%d of them in the program; the aim is 25", in))
}
