package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/sbom"
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
