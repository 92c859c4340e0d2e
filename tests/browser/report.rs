//! What a person can do with the report.

use std::process::Command;

use fantoccini::Locator;
use serde_json::{Value, json};

use crate::harness::{Browser, Width, report_with_overlay, write_large_report};

/// Cards of findings that can be seen, by their severity.
const SEEN: &str = "return [...document.querySelectorAll('.finding')]
    .filter(card => card.checkVisibility()).map(card => card.dataset.severity)";

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn opens_without_a_word_on_the_console_and_asks_for_nothing() {
    let browser = Browser::open(Width::Desktop).await;
    let title = browser.page.title().await.unwrap();
    assert_eq!(title, "Onboarding assessment of Harbour Works");
    let asked = browser
        .ask("return performance.getEntriesByType('resource').length")
        .await;
    assert_eq!(asked, 0);
    assert_eq!(browser.console().await, [json!(null); 0]);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn largest_report_filters_without_holding_up_the_browser() {
    let browser = Browser::open_report(Width::Desktop, write_large_report).await;
    // Whatever else the machine does weighs the same on a loop of known length.
    let measure = "const done = arguments[0];
        const began = performance.now();
        let sum = 0;
        for (let i = 0; i < 2e7; i++) sum += Math.sqrt(i);
        const yardstick = performance.now() - began;
        const tasks = [];
        new PerformanceObserver(list => tasks.push(...list.getEntries().map(one => one.duration)))
            .observe({ type: 'longtask' });
        const field = document.querySelector('form[data-filter=finding] [name=text]');
        const words = ['e', 'en', 'endpoint', 'no such words', ''];
        const next = () => {
            if (!words.length) return setTimeout(() => done([Math.max(0, ...tasks), yardstick, sum]), 500);
            field.value = words.shift();
            field.dispatchEvent(new Event('input', { bubbles: true }));
            setTimeout(next, 700);
        };
        setTimeout(next, 500)";
    let measured = browser
        .page
        .execute_async(measure, Vec::new())
        .await
        .unwrap();
    let (longest, yardstick) = (measured[0].as_f64().unwrap(), measured[1].as_f64().unwrap());
    let size = fs_err::metadata(&browser.file).unwrap().len();
    assert!(size < 5_000_000);
    // On an idle machine the loop takes some 40 ms.
    assert!(
        longest < 200.0_f64.max(yardstick * 5.0),
        "{longest} ms, the loop {yardstick} ms"
    );
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn own_policy_keeps_a_foreign_script_from_running() {
    let browser = Browser::open(Width::Desktop).await;
    let ran = browser
        .ask(
            "const script = document.createElement('script');
             script.textContent = 'window.ran = true';
             document.body.append(script);
             return window.ran === true",
        )
        .await;
    assert_eq!(ran, false);
    let console = browser.console().await;
    assert!(console[0].to_string().contains("Content Security Policy"));
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn filters_leave_what_was_asked_for_and_say_how_much() {
    let browser = Browser::open(Width::Desktop).await;
    let all = browser.ask(SEEN).await.as_array().unwrap().len();
    let form = "form[data-filter=finding]";
    let severity = Locator::Css("form[data-filter=finding] select[name=severity]");
    let severity = browser.page.find(severity).await.unwrap();
    severity.select_by_label("blocker").await.unwrap();
    let seen = browser.ask(SEEN).await;
    let seen = seen.as_array().unwrap();
    assert!(!seen.is_empty() && seen.len() < all, "{seen:?} of {all}");
    assert!(seen.iter().all(|severity| severity == "blocker"));
    let said = browser
        .ask(&format!(
            "return document.querySelector('{form} output').value"
        ))
        .await;
    assert_eq!(said, format!("{} of {all}", seen.len()));
    let text = Locator::Css("form[data-filter=finding] input");
    let text = browser.page.find(text).await.unwrap();
    text.send_keys("no such words anywhere").await.unwrap();
    assert_eq!(browser.ask(SEEN).await, json!([]));
    text.clear().await.unwrap();
    severity.select_by_label("all").await.unwrap();
    assert_eq!(browser.ask(SEEN).await.as_array().unwrap().len(), all);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn link_to_a_task_opens_it_and_brings_it_into_view() {
    let browser = Browser::open(Width::Desktop).await;
    let id = browser
        .ask("return [...document.querySelectorAll('.task')].at(-1).id")
        .await;
    let id = id.as_str().unwrap();
    let address = format!("file://{}#{id}", browser.file.display());
    browser.page.goto(&address).await.unwrap();
    let shown = browser
        .ask(&format!(
            "const task = document.getElementById('{id}');
             const place = task.getBoundingClientRect();
             return task.open && place.top >= 0 && place.top < innerHeight"
        ))
        .await;
    assert_eq!(shown, true);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn tables_sort_by_the_heading_that_is_pressed() {
    let browser = Browser::open(Width::Desktop).await;
    let heading = Locator::XPath("//section[@id='rules']//button[text()='Severity']");
    let heading = browser.page.find(heading).await.unwrap();
    let column = "return [...document.querySelectorAll('#rules tbody tr')]
        .map(row => row.cells[2].textContent)";
    heading.click().await.unwrap();
    let up = browser.ask(column).await;
    let mut sorted: Vec<_> = up.as_array().unwrap().clone();
    sorted.sort_by_key(ToString::to_string);
    assert_eq!(up.as_array().unwrap(), &sorted);
    heading.click().await.unwrap();
    sorted.reverse();
    assert_eq!(browser.ask(column).await.as_array().unwrap(), &sorted);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn nothing_is_wider_than_a_phone_and_nothing_is_lost_there() {
    let browser = Browser::open(Width::Phone).await;
    let wide = "const page = document.documentElement;
        document.querySelectorAll('details').forEach(card => card.open = true);
        return [page.scrollWidth, innerWidth,
          document.querySelectorAll('.targets .badge').length,
          [...document.querySelectorAll('.targets .badge')].filter(one => one.checkVisibility()).length]";
    let wide = browser.ask(wide).await;
    assert_eq!(wide[1], 360);
    assert!(wide[0].as_u64() <= Some(360), "{wide}");
    assert_eq!(wide[2], wide[3]);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn headings_labels_and_contrast_are_as_accessibility_asks() {
    for (width, scheme) in [
        (Width::Desktop, "light"),
        (Width::Desktop, "dark"),
        (Width::Phone, "light"),
    ] {
        let browser = Browser::open(width).await;
        let dark = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.tell("Emulation.setEmulatedMedia", dark).await;
        let faults = browser.ask(include_str!("accessibility.js")).await;
        assert_eq!(faults, json!([]), "{scheme}");
        browser.close().await;
    }
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn axe_finds_nothing_wrong() {
    let browser = Browser::open(Width::Desktop).await;
    browser
        .ask("document.querySelectorAll('details').forEach(card => (card.open = true))")
        .await;
    assert_eq!(axe(&browser).await, json!([]));
    browser.close().await;
}

/// What axe-core finds, each in words; nothing if it is not here, as `cargo xtask test` fetches it.
async fn axe(browser: &Browser) -> Value {
    let Some(script) = std::env::var_os("WATERLINE_AXE") else {
        return json!([]);
    };
    let script = fs_err::read_to_string(script).unwrap();
    browser.ask(&script).await;
    let run = "const done = arguments[0];
        axe.run().then(found => done(found.violations.flatMap(one => one.nodes.map(node =>
            one.id + ': ' + one.help + ': ' + node.html.slice(0, 200)))));";
    browser.page.execute_async(run, Vec::new()).await.unwrap()
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn ticks_and_comments_are_saved_as_an_overlay() {
    let browser = Browser::open(Width::Desktop).await;
    let card = browser.page.find(Locator::Css(".task")).await.unwrap();
    let task = card.attr("data-task").await.unwrap().unwrap();
    card.find(Locator::Css("summary"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    let tick = card.find(Locator::Css("[name=done]")).await.unwrap();
    tick.click().await.unwrap();
    let comment = card.find(Locator::Css("[name=comment]")).await.unwrap();
    let said = "done on Friday: \"all\" of it # really\u{2028}\u{1f6a2}";
    comment.send_keys("x").await.unwrap();
    let write = "const [field, said] = arguments;
        field.value = said;
        field.dispatchEvent(new Event('input', { bubbles: true }))";
    let arguments = vec![serde_json::to_value(&comment).unwrap(), json!(said)];
    browser.page.execute(write, arguments).await.unwrap();
    let save = browser.page.find(Locator::Css(".save button")).await;
    save.unwrap().click().await.unwrap();
    let text = browser.saved("plan-overlay.yaml").await;
    assert!(!text.contains('\u{2028}'), "{text}");
    let overlay: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({"tasks": {&task: {"done": true, "comment": said}}});
    assert_eq!(overlay, expected);
    let read_back = report_with_overlay(&browser.file);
    let tasks = read_back["plan"]["tasks"].as_array().unwrap();
    let ticked = tasks.iter().find(|one| one["id"] == *task).unwrap();
    assert_eq!(ticked["state"], "ticked");
    assert_eq!(ticked["edit"]["comment"], said);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn owners_have_a_view_of_their_own_with_links_to_their_tasks() {
    let browser = Browser::open(Width::Desktop).await;
    let id = browser
        .ask("return document.querySelector('.owner').id")
        .await;
    let address = format!("file://{}#{}", browser.file.display(), id.as_str().unwrap());
    browser.page.goto(&address).await.unwrap();
    let tasks = browser
        .ask(
            "const owner = document.querySelector('.owner[open]');
             const name = owner.querySelector('summary strong').textContent;
             const own = [...document.querySelectorAll('.task')].filter(one => one.dataset.owner === name);
             return [own.length, owner.querySelectorAll('tbody tr').length]",
        )
        .await;
    assert_eq!(tasks[0], tasks[1]);
    assert_ne!(tasks[0], 0);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn pictures_are_written_to_be_looked_at() {
    for (name, width, media, scheme) in [
        ("desktop.png", Width::Desktop, "screen", "light"),
        ("dark.png", Width::Desktop, "screen", "dark"),
        ("phone.png", Width::Phone, "screen", "light"),
        ("print.png", Width::Desktop, "print", "light"),
    ] {
        let browser = Browser::open(width).await;
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let media = json!({"media": media, "features": features});
        browser.tell("Emulation.setEmulatedMedia", media).await;
        browser
            .ask("for (const part of ['.task', '.finding', '.owner']) document.querySelector(part).open = true")
            .await;
        browser.picture(name).await;
        browser.close().await;
    }
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn without_scripts_everything_can_be_read_and_nothing_is_offered_that_does_not_work() {
    let browser = Browser::open(Width::Desktop).await;
    let off = json!({"value": true});
    browser
        .tell("Emulation.setScriptExecutionDisabled", off)
        .await;
    browser.page.refresh().await.unwrap();
    let titles = "return [...document.querySelectorAll('h2')]
        .filter(title => title.checkVisibility()).map(title => title.textContent)";
    let expected = [
        "Verdicts",
        "Plan",
        "By owner",
        "Findings",
        "Not assessed",
        "Inventory",
        "All rules",
    ];
    assert_eq!(browser.ask(titles).await, json!(expected));
    let useless = "return [...document.querySelectorAll('form, button')]
        .filter(one => one.checkVisibility()).length";
    assert_eq!(browser.ask(useless).await, 0);
    let card = browser.page.find(Locator::Css(".task")).await.unwrap();
    let summary = card.find(Locator::Css("summary")).await.unwrap();
    summary.click().await.unwrap();
    let opened = "return document.querySelector('.task').open";
    assert_eq!(browser.ask(opened).await, true);
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: cargo xtask test"]
async fn paper_shows_what_is_folded_on_the_screen() {
    let browser = Browser::open(Width::Desktop).await;
    let step = browser
        .ask("return document.querySelector('.task ol li').textContent")
        .await;
    let settings = fantoccini::wd::PrintConfigurationBuilder::default();
    let pdf = browser.page.print(settings.build().unwrap()).await.unwrap();
    let file = browser.file.with_extension("pdf");
    fs_err::write(&file, pdf).unwrap();
    let text = Command::new("pdftotext")
        .arg(&file)
        .arg("-")
        .output()
        .unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let printed = words(&String::from_utf8(text.stdout).unwrap());
    let step = words(step.as_str().unwrap());
    assert!(printed.contains(&step), "{step}");
    assert!(!printed.contains("Skip to the verdicts"));
    browser.close().await;
}
