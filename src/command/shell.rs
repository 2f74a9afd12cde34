//! What is said to the user: results to standard output, problems to standard error.

use super::{Exit, pretty};
use caremap::cli::{Form, General, When};
use caremap::outputs::Problems;
use caremap::problem::{Problem, Severity, print};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Problems of one kind in one file that are shown; the rest are counted.
const SHOWN: usize = 8;

/// How to speak to this user, and what has been noticed so far.
pub struct Shell {
    colour: bool,
    form: Form,
    least: Severity,
    verbose: bool,
    /// Texts of files, for excerpts.
    texts: BTreeMap<String, String>,
    problems: Vec<Problem>,
    alike: BTreeMap<(&'static str, Option<String>), usize>,
}

impl Shell {
    /// As the options ask.
    pub fn new(general: &General) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = match general.color {
            When::Always => true,
            When::Never => false,
            When::Auto => wanted && io::stderr().is_terminal(),
        };
        let least = match general {
            General { quiet: true, .. } => Severity::Error,
            General { verbose: 0, .. } => Severity::Warning,
            _ => Severity::Note,
        };
        Self {
            colour,
            form: general.problems,
            least,
            verbose: general.verbose > 0,
            texts: BTreeMap::new(),
            problems: Vec::new(),
            alike: BTreeMap::new(),
        }
    }

    /// Whether a progress bar has a place.
    pub fn shows_progress(&self) -> bool {
        self.form == Form::Text && self.least != Severity::Error && io::stderr().is_terminal()
    }

    /// Keeps the text of a file for excerpts.
    pub fn remember(&mut self, file: &str, text: &str) {
        self.texts.insert(file.to_owned(), text.to_owned());
    }

    /// Writes a result. A reader that has seen enough, such as `head`, is no error.
    pub fn say_bytes(&mut self, bytes: &[u8]) -> Exit {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                let message = format!("Standard output cannot be written: {error}.");
                self.fail(Problem::error("not-writable", message))
            }
            _ => Exit::Done,
        }
    }

    /// Writes a result.
    pub fn say(&mut self, text: &str) -> Exit {
        self.say_bytes(text.as_bytes())
    }

    /// Writes a result as JSON.
    pub fn say_json(&mut self, value: &Value) -> Exit {
        self.say(&pretty(value))
    }

    /// Reports a problem that ends the command.
    pub fn fail(&mut self, problem: Problem) -> Exit {
        self.report(vec![problem]);
        Exit::Failed
    }

    /// Reports problems, in their order. Many of one kind in one file are cut short.
    pub fn report(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            if problem.severity >= self.least && self.form == Form::Text && self.is_shown(&problem) {
                let text = problem.place.file.as_ref().and_then(|file| self.texts.get(file));
                self.mutter(&(print(&problem, text.map(String::as_str), self.colour) + "\n\n"));
            }
            self.problems.push(problem);
        }
    }

    /// Reports the problems of several maps, each with its file. What several of them say, such as that a table lacks a row, is said
    /// once, where it is first met, with the number of the other maps.
    pub fn report_maps(&mut self, of_maps: Vec<(&str, Vec<Problem>)>) {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for (map, problems) in &of_maps {
            let said: BTreeSet<String> = problems.iter().map(|problem| whatever_map(problem, map)).collect();
            said.into_iter().for_each(|words| *times.entry(words).or_default() += 1);
        }
        for (map, problems) in of_maps {
            let first = problems.into_iter().filter_map(|mut problem| {
                match times.insert(whatever_map(&problem, map), 0)? {
                    0 => return None,
                    1 => {}
                    2 => problem.message.push_str(" (Also in 1 other map.)"),
                    times => problem.message.push_str(&format!(" (Also in {} other maps.)", times - 1)),
                }
                Some(problem)
            });
            self.report(first.collect());
        }
    }

    fn is_shown(&mut self, problem: &Problem) -> bool {
        let count = self.alike.entry((problem.id, problem.place.file.clone())).or_default();
        *count += 1;
        self.verbose || *count <= SHOWN
    }

    fn mutter(&self, text: &str) {
        // Nothing can be done about a closed standard error.
        io::stderr().lock().write_all(text.as_bytes()).ok();
    }

    /// How many problems of that gravity there have been.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.severity == severity).count()
    }

    /// How a command ends that has reported all it found.
    pub fn verdict(&self, strict: bool) -> Exit {
        match (self.count(Severity::Error), self.count(Severity::Warning)) {
            (0, 0) => Exit::Done,
            (0, _) if strict => Exit::Warned,
            (0, _) => Exit::Done,
            _ => Exit::Failed,
        }
    }

    /// Says what was cut short; under `--problems json`, says everything.
    pub fn close(&self) {
        if self.form == Form::Json {
            let problems = serde_json::to_value(Problems::new(self.problems.clone())).unwrap_or_default();
            return self.mutter(&pretty(&problems));
        }
        for ((id, file), count) in self.alike.iter().filter(|(_, count)| **count > SHOWN && !self.verbose) {
            let file = file.as_ref().map(|file| format!(" in {file}")).unwrap_or_default();
            self.mutter(&format!("{} more of [{id}]{file}; -v shows them.\n", count - SHOWN));
        }
    }
}

/// What a problem says, without the name of the map it was met in.
fn whatever_map(problem: &Problem, map: &str) -> String {
    let mut problem = problem.clone();
    if problem.place.file.as_deref() == Some(map) && problem.place.line.is_none() && problem.place.span.is_none() {
        problem.place.file = None;
    }
    format!("{problem:?}")
}
