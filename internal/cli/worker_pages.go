package cli

import (
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/sandbox"
)

// self is a path of the running program, under which it can be started again; ""
// where it is not known.
func self() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe" // the same program, also once another was put in its place
	}
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	return exe
}

// reader is what reads in this program, whatever the reports come by: files, feeds,
// a browser, a queue, a store that is mended. It is loaded once. Pages are taken
// apart in processes of their own where this program can be started again and
// nobody said otherwise.
func (a *app) reader() (*pipeline.Reader, error) {
	a.loading.Do(func() {
		a.loaded, a.loadErr = pipeline.NewWith(extract.Options{Pages: a.pages()})
	})
	return a.loaded, a.loadErr
}

// pages is the pool of processes that take pages apart; nil for none.
func (a *app) pages() *sandbox.Pool {
	if a.env.Exe == "" || a.limits.Of(limits.NamePageProcess) == 0 {
		return nil
	}
	a.pooled.Do(func() {
		a.pool = sandbox.New(sandbox.Options{
			Command: []string{a.env.Exe, extract.Worker},
			Memory:  a.limits.Of(limits.NameDocumentMemory),
			CPU:     a.limits.Time(limits.NameDocumentCPU),
		})
	})
	return a.pool
}

// pageWorkerCommand is what this program starts itself with, see package sandbox.
func (a *app) pageWorkerCommand() *cobra.Command {
	return &cobra.Command{
		Use:                extract.Worker,
		Short:              "Take pages apart for the process that started this one",
		Hidden:             true,
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			os.Exit(extract.Work(args, source(a.env.Stdin), device(a.env.Stdout))) // nothing of it is for people
			return nil
		},
	}
}
