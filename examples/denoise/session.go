package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/quietline/quietline/denoise"
)

// session is one run of the program: the jobs of a plan, several at a time.
type session struct {
	o    *options
	std  stdio
	plan *plan

	profile  *denoise.Profile // of -profile
	files    *outFiles
	progress *progress
	talk     bool // say what was done: on a terminal
	reports  []*report
}

func newSession(o *options, std stdio, p *plan) *session {
	terminal := isTerminal(std.err) && !o.quiet
	var total int64
	for _, j := range p.jobs {
		if j.in.info == nil || !j.in.info.Mode().IsRegular() || total < 0 {
			total = -1
			continue
		}
		total += j.in.info.Size()
		if o.learning {
			total += j.in.info.Size()
		}
	}
	return &session{
		o: o, std: std, plan: p,
		files: newOutFiles(), progress: newProgress(std.err, terminal, total),
		talk: terminal, reports: make([]*report, len(p.jobs)),
	}
}

// close removes what is not complete.
func (s *session) close() {
	s.files.close()
	s.progress.finish()
}

// run does the jobs. A job that fails does not stop the others.
func (s *session) run(ctx context.Context) error {
	if s.o.profile != "" {
		if err := s.loadProfile(); err != nil {
			return err
		}
	}
	errs := s.runJobs(ctx)
	s.progress.finish()
	var failed []error
	for _, err := range errs {
		if err != nil {
			failed = append(failed, err)
		}
	}
	if s.o.stats != "" && (len(failed) == 0 || s.plan.many && ctx.Err() == nil) {
		if err := s.writeStats(); err != nil {
			failed = append(failed, err)
			if s.plan.many {
				s.progress.print("denoise: %s", reason(err))
			}
		}
	}
	switch {
	case len(failed) == 0:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case s.plan.many:
		return fmt.Errorf("%d of %d files failed", countErrors(errs), len(errs))
	}
	return failed[0]
}

func countErrors(errs []error) (n int) {
	for _, err := range errs {
		if err != nil {
			n++
		}
	}
	return n
}

// runJobs returns the error of every job.
func (s *session) runJobs(ctx context.Context) []error {
	jobs := s.plan.jobs
	errs := make([]error, len(jobs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(s.o.jobs, len(jobs)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range next {
				errs[i] = s.runJob(ctx, i)
			}
		}()
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	workers.Wait()
	return errs
}

// runJob does one job and reports how it went.
func (s *session) runJob(ctx context.Context, i int) error {
	j := s.plan.jobs[i]
	r := &report{Input: reportInput{File: j.in.path}}
	s.reports[i] = r
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.clean(ctx, j, r)
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	err = about(j.in.path, err)
	*r = report{Input: reportInput{File: j.in.path}, Error: reason(err)}
	if s.plan.many {
		s.progress.print("denoise: %s", reason(err))
	}
	return err
}

func (s *session) loadProfile() error {
	f, err := os.Open(s.o.profile)
	if err != nil {
		return err
	}
	defer f.Close()
	if s.profile, err = denoise.ReadProfile(f); err != nil {
		return fileError{s.o.profile, err}
	}
	return nil
}

func (s *session) writeStats() error {
	f, err := s.open(s.o.stats)
	if err != nil {
		return err
	}
	defer f.abort()
	if err := writeReports(f.w, s.reports, s.plan.many); err != nil {
		return writing(s.o.stats, err)
	}
	return f.commit()
}
