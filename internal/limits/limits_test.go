package limits_test

import (
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/limits"
)

func TestParse(t *testing.T) {
	s, err := limits.Parse("report-size=30MB, document-cpu=10s", "archive-entries=20000,report-size=1 GB")
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Of(limits.NameReport); n != 1<<30 {
		t.Errorf("report-size is %d", n)
	}
	if d := s.Time(limits.NameDocumentCPU); d != 10*time.Second {
		t.Errorf("document-cpu is %v", d)
	}
	if n := s.Of(limits.NameArchiveEntries); n != 20000 {
		t.Errorf("archive-entries is %d", n)
	}
	if n := s.Of(limits.NameLine); n != limits.Line {
		t.Errorf("what was not set is %d", n)
	}
}

func TestParseRefuses(t *testing.T) {
	for setting, want := range map[string]string{
		"report-size":            "name=value",
		"reports=1":              "no limit",
		"html-depth=600":         "fixed at 512",
		"report-size=many":       "not a size",
		"report-size=-1":         "not a size",
		"report-size=99999999GB": "between",
		"report-size=1":          "between 1 KB and 1 GB",
		"document-cpu=2":         "not a time",
		"document-cpu=-2s":       "between",
		"archive-entries=1.5":    "whole number",
	} {
		if _, err := limits.Parse(setting); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", setting, err, want)
		}
	}
}

// The table says of each limit all that people need, and what it formats for a
// settable limit can be set again.
func TestAll(t *testing.T) {
	names := map[string]bool{}
	for _, l := range limits.All() {
		if names[l.Name] {
			t.Errorf("%s stands twice", l.Name)
		}
		names[l.Name] = true
		if l.Name == "" || l.Of == "" || l.Where == "" || l.At == "" || l.Unit == "" || l.Default < 0 {
			t.Errorf("%+v: something is missing", l)
		}
		if !l.Settable {
			continue
		}
		if l.Least > l.Default || l.Default > l.Most || l.Least < 0 {
			t.Errorf("%s: %d is not between %d and %d", l.Name, l.Default, l.Least, l.Most)
		}
		text := strings.ReplaceAll(l.Format(l.Default), ",", "")
		if s, err := limits.Parse(l.Name + "=" + text); err != nil || s.Value(l) != l.Default {
			t.Errorf("%s=%s: %v", l.Name, text, err)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		unit limits.Unit
		n    int64
		want string
	}{
		{limits.Bytes, 15 << 20, "15 MB"},
		{limits.Bytes, 1000, "1,000 B"},
		{limits.Bytes, 0, "0"},
		{limits.Count, 250_000, "250,000"},
		{limits.Count, 512, "512"},
		{limits.Time, int64(30 * time.Second), "30s"},
		{limits.Time, int64(24 * time.Hour), "24h"},
		{limits.Time, int64(90 * time.Second), "1m30s"},
		{limits.Times, 100, "100:1"},
	} {
		if got := (limits.Limit{Unit: c.unit}).Format(c.n); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.n, c.unit, got, c.want)
		}
	}
}
