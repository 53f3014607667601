package main

import (
	"os"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/readout-news/readout/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"readout": main,
		"at":      at,
		// code runs readout and prints its exit code, which testscript does not show.
		"code": func() {
			_, _ = os.Stdout.WriteString(strconv.Itoa(cli.Main(os.Args[1:], cli.System())) + "\n")
		},
	})
}

// TestScripts runs the command line as people do; each script opens with what
// it is about.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != ""})
}
