//! `caremap boundaries import`: how boundary sets such as the bundled one are made.

use super::Exit;
use super::shell::Shell;
use caremap::cli::Import;
use caremap::coverage::Origin;
use caremap::coverage::import::{Request, import};
use caremap::problem::Problem;
use caremap::world::{Disk, World, write_whole};

/// Reads, converts, simplifies, writes; prints the report as JSON.
pub fn run(args: &Import, shell: &mut Shell) -> Exit {
    let areas = match Disk::default().read(&args.areas) {
        Ok(areas) => areas,
        Err(problem) => return shell.fail(problem),
    };
    let world = Disk { base: args.from.clone() };
    let imported = match import(&areas, &mut |file| world.read(file), &request(args)) {
        Ok(imported) => imported,
        Err(problems) => {
            shell.report(problems);
            return Exit::Failed;
        }
    };
    shell.report(imported.problems);
    if let Err(problem) = write_whole(&args.output, imported.value.topojson.as_bytes()) {
        return shell.fail(problem);
    }
    match serde_json::to_value(&imported.value.report) {
        Ok(report) => shell.say_json(&report),
        Err(error) => shell.fail(Problem::error("json", format!("The report cannot be printed: {error}."))),
    }
}

fn request(args: &Import) -> Request {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Request {
        datum: args.datum,
        max_bytes: usize::try_from(args.max_bytes).ok(),
        file: args.file.clone(),
        lines: some(&args.lines).map(|file| (file, "maritime".into())),
        origin: Origin {
            source_zh: args.source_zh.clone(),
            source_en: args.source_en.clone(),
            notice_zh: some(&args.notice_zh),
            notice_en: some(&args.notice_en),
            vintage: Some(args.vintage),
            ..Origin::default()
        },
        ..Request::default()
    }
}
