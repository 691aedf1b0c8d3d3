#!/usr/bin/env python3
"""Opens a page in headless Chromium and says what it finds, as one JSON object on standard output.

    look.py PAGE.html [FOLDER]     with FOLDER: pictures at three widths in both themes, and the print, there

Speaks the DevTools protocol over a pipe (file descriptors 3 and 4), so one start serves every width and theme.
Exit code 0 when it looked, whatever it saw; 77 when there is no chromium.
"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (390, 820, 1400)
MEASURE = """(() => {
  const all = [...document.querySelectorAll('*')];
  const channel = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = rgb => { const [r, g, b] = rgb.match(/[\\d.]+/g).map(v => channel(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { while (e && getComputedStyle(e).backgroundColor === 'rgba(0, 0, 0, 0)') e = e.parentElement;
    return e ? getComputedStyle(e).backgroundColor : 'rgb(255, 255, 255)'; };
  const contrast = e => { const [a, b] = [luminance(getComputedStyle(e).color), luminance(ground(e))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
  const inBox = e => e.closest('.scroll, svg') !== null;
  const width = document.documentElement.clientWidth;
  return {
    scroll_width: document.documentElement.scrollWidth, client_width: width,
    sticking_out: all.filter(e => !inBox(e) && e.getBoundingClientRect().right > width + 1)
      .slice(0, 5).map(e => e.tagName + '.' + e.className),
    cut_texts: [...document.querySelectorAll('svg.chart')].flatMap(s => {
      const box = s.getBoundingClientRect();
      return [...s.querySelectorAll('text')].filter(t => {
        const b = t.getBoundingClientRect();
        return b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1 || b.bottom > box.bottom + 1;
      }).map(t => s.id + ': ' + t.textContent);
    }).slice(0, 10),
    overlapping_texts: [...document.querySelectorAll('svg.chart')].flatMap(s => {
      const boxes = [...s.querySelectorAll('text:not([transform])')].map(t => [t.textContent, t.getBoundingClientRect()]);
      return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([b, q]) =>
        p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4)
        .map(([b]) => s.getAttribute('aria-labelledby') + ': ' + a + ' / ' + b));
    }).slice(0, 10),
    smallest_text: Math.min(...[...document.querySelectorAll('svg text')].map(t =>
      parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a)),
    least_contrast: Math.min(...all.filter(e => !e.closest('svg, head') && [...e.childNodes].some(
      n => n.nodeType === 3 && n.data.trim())).map(contrast)),
    height: document.documentElement.scrollHeight,
    images: document.querySelectorAll('svg').length,
    images_without_title: [...document.querySelectorAll('svg')].filter(s => !s.querySelector(':scope > title')).length,
    text: document.body.innerText,
  };
})()"""


class Browser:
    def __init__(self, program, profile):
        down_read, self.down = os.pipe()
        self.up, up_write = os.pipe()

        def at_3_and_4():
            spare_in, spare_out = os.dup(down_read), os.dup(up_write)
            os.dup2(spare_in, 3)
            os.dup2(spare_out, 4)

        arguments = [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", "--disable-background-networking", "--disable-extensions",
                     "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(arguments, preexec_fn=at_3_and_4, close_fds=False,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(down_read)
        os.close(up_write)
        self.number, self.pending, self.events = 0, b"", []

    def message(self):
        while b"\0" not in self.pending:
            more = os.read(self.up, 1 << 20)
            if not more:
                raise SystemExit("look.py: chromium ended")
            self.pending += more
        one, self.pending = self.pending.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, session=None, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        whole = json.dumps(request).encode() + b"\0"
        while whole:
            whole = whole[os.write(self.down, whole):]
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"look.py: {method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def end(self):
        self.process.terminate()
        self.process.wait()


def look(browser, page, folder):
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    call = lambda method, **parameters: browser.call(method, session, **parameters)
    for domain in ("Page", "Network", "Log", "Runtime"):
        call(f"{domain}.enable")
    browser.events.clear()
    call("Page.navigate", url=page.as_uri())
    browser.wait_for("Page.loadEventFired")
    found = {"views": []}
    for width in WIDTHS:
        call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        for theme in ("light", "dark"):
            call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
            seen = call("Runtime.evaluate", expression=MEASURE, returnByValue=True)["result"]["value"]
            found["text"] = seen.pop("text")
            found["views"].append({"width": width, "theme": theme, **seen})
            if folder:
                for part, top in enumerate(range(0, seen["height"], 2400)):
                    clip = {"x": 0, "y": top, "width": width, "height": min(2400, seen["height"] - top), "scale": 1}
                    shot = call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
                    (folder / f"{width}_{theme}_{part}.png").write_bytes(base64.b64decode(shot["data"]))
    call("Emulation.clearDeviceMetricsOverride")
    call("Emulation.setEmulatedMedia", media="print")
    print_bytes = base64.b64decode(call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])
    found["pdf_bytes"] = len(print_bytes)
    if folder:
        (folder / "print.pdf").write_bytes(print_bytes)
    urls = [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]
    found["requests"] = [url for url in urls if url != page.as_uri() and not url.startswith("data:")]
    found["errors"] = [json.dumps(e["params"])[:300] for e in browser.events
                       if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
    return found


def main():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit(77)
    page = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            print(json.dumps(look(browser, page, folder)))
        finally:
            browser.end()


main()
