//! Problems as readers of a gallery are told them.

use crate::problem::Problem;
use crate::spec::Words;

/// The sentence in both languages, with its place behind it: the file by its own name, for the folder it lies in is the machine's
/// business. A problem that has no Chinese words leaves them empty.
pub fn told(problem: &Problem) -> Words {
    let place = &problem.place;
    let file = place.file.as_deref().map(|file| file.rsplit(['/', '\\']).next().unwrap_or(file));
    let (zh, en) = match (file, place.line) {
        (Some(file), Some(line)) => (format!("（{file} 第 {line} 行）"), format!(" ({file}, line {line})")),
        (Some(file), None) => (format!("（{file}）"), format!(" ({file})")),
        (None, Some(line)) => (format!("（第 {line} 行）"), format!(" (line {line})")),
        (None, None) => (String::new(), String::new()),
    };
    let column = place.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
    let subject = place.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
    let with_place = |message: &str, place: &str| format!("{column}{subject}{message}{place}");
    Words {
        zh: problem.message_zh.as_deref().map(|message| with_place(message, &zh)).unwrap_or_default(),
        en: with_place(&problem.message, &en),
    }
}

/// What stands in the way of a map, with the next step.
pub fn told_with_help(problem: &Problem) -> String {
    let help = problem.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
    format!("{}{help}", told(problem).en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_told_the_sentence_then_the_place() {
        let problem =
            Problem::warning("x", "2 rows are lost.").in_file("/home/me/beds.csv").at_line(7).in_column("床位").help("Look.");
        assert_eq!(told(&problem), Words { zh: String::new(), en: "床位: 2 rows are lost. (beds.csv, line 7)".into() });
        assert_eq!(told(&problem.clone().zh("缺 2 行。")).zh, "床位: 缺 2 行。（beds.csv 第 7 行）");
        assert_eq!(told_with_help(&problem), "床位: 2 rows are lost. (beds.csv, line 7) Look.");
    }
}
