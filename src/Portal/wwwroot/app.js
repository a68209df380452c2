// What only a browser can do: keep drafts, save files, turn a chart into a picture, and say that the connection is lost.
window.governance = {
    drafts: {
        read: (key) => localStorage.getItem(key),
        write: (key, text) => { try { localStorage.setItem(key, text); return true; } catch { return false; } },
        remove: (key) => localStorage.removeItem(key),
    },

    save: (name, type, text) => keep(name, new Blob([text], { type })),

    // The styles of the page do not travel with an image, so each shape takes its own along; title and legend stand outside of the chart.
    async savePicture(id, name) {
        const svg = document.getElementById(id), figure = svg.closest("figure");
        const copy = svg.cloneNode(true);
        const own = [svg, ...svg.querySelectorAll("*")], copied = [copy, ...copy.querySelectorAll("*")];
        own.forEach((shape, i) => {
            const style = getComputedStyle(shape);
            for (const property of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "font-weight", "opacity", "text-anchor"]) {
                copied[i].style.setProperty(property, style.getPropertyValue(property));
            }
        });
        const box = svg.viewBox.baseVal, scale = 2, edge = 16, top = 44;
        copy.setAttribute("width", box.width * scale);
        copy.setAttribute("height", box.height * scale);
        const picture = new Image();
        picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
        await picture.decode();
        const legend = [...figure.querySelectorAll(".legend li")];
        const card = getComputedStyle(figure.closest(".card"));
        const canvas = document.createElement("canvas");
        canvas.width = (box.width + 2 * edge) * scale;
        canvas.height = (top + box.height + (legend.length > 0 ? 28 : 0) + edge) * scale;
        const pen = canvas.getContext("2d");
        pen.fillStyle = card.backgroundColor;
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.scale(scale, scale);
        pen.fillStyle = card.color;
        pen.font = "600 16px system-ui, sans-serif";
        pen.fillText(figure.querySelector("figcaption h2").textContent, edge, 28, box.width);
        pen.drawImage(picture, edge, top, box.width, box.height);
        pen.font = "13px system-ui, sans-serif";
        let x = edge;
        for (const item of legend) {
            const mark = getComputedStyle(item.querySelector("rect, line"));
            pen.fillStyle = mark.fill === "none" ? mark.stroke : mark.fill;
            pen.fillRect(x, top + box.height + 12, 24, 8);
            pen.fillStyle = card.color;
            pen.fillText(item.textContent.trim(), x + 30, top + box.height + 21);
            x += 54 + pen.measureText(item.textContent.trim()).width;
        }
        keep(name, await new Promise((taken) => canvas.toBlob(taken, "image/png")));
    },

    text: (id) => new Blob([document.getElementById(id).value]),

    // Puts what was typed before back into its field; false where there is nothing, or nothing else.
    restore(key, id) {
        const kept = localStorage.getItem(key), area = document.getElementById(id);
        if (!kept || kept === area.value) return false;
        area.value = kept;
        return true;
    },

    // Marks a place in a text and brings it into view.
    select(id, start, length) {
        const area = document.getElementById(id);
        area.focus();
        area.setSelectionRange(start, start + length);
        const lines = area.value.slice(0, start).split("\n").length - 1;
        area.scrollTop = Math.max(0, lines * parseFloat(getComputedStyle(area).lineHeight) - area.clientHeight / 2);
    },

    print: () => window.print(),

    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,

    copy: (text) => navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false,

    live: () => { document.documentElement.dataset.live = Math.round(performance.now()); },

    focus(id) {
        const element = document.getElementById(id);
        element?.closest("details")?.setAttribute("open", "");
        element?.scrollIntoView({ block: "center" });
        element?.focus({ preventScroll: true });
    },

    // j and k walk through a list, as in a mailbox; Enter is the link itself, the space bar ticks its row.
    walk(event, step) {
        const links = [...document.querySelectorAll("[data-walk]")];
        const now = links.indexOf(document.activeElement);
        links[Math.min(Math.max(now + step, 0), links.length - 1)]?.focus();
    },
};

function keep(name, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Single keys do what carries their name on the page; whoever needs letters for something else, such as a voice, can switch them off.
const keysOff = "governance.keys.off";
const keys = document.getElementById("keys");

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) {
        return;
    }
    if (event.key === "?" && keys && !keys.open) return showKeys();
    if (localStorage.getItem(keysOff) || document.querySelector("dialog[open]")) return;
    if (event.key === "j") governance.walk(event, 1);
    if (event.key === "k") governance.walk(event, -1);
    if (event.key === " " && event.target.matches("[data-walk]")) choose(event);
    if (event.key === "/" && document.getElementById("search")) {
        event.preventDefault();
        document.getElementById("search").focus();
    }
    const named = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && !one.disabled);
    if (named) {
        event.preventDefault();
        named.focus();
        named.click();
    }
});

// The space bar ticks the row one has walked to.
function choose(event) {
    const box = event.target.closest("tr")?.querySelector("[data-choose]");
    if (box) {
        event.preventDefault();
        box.click();
    }
}

function showKeys() {
    const list = keys.querySelector("dl");
    list.querySelectorAll("[data-own]").forEach((one) => one.remove());
    for (const one of document.querySelectorAll("[data-key]")) {
        const key = document.createElement("dt"), does = document.createElement("dd");
        key.append(Object.assign(document.createElement("kbd"), { textContent: one.dataset.key }));
        does.textContent = one.getAttribute("aria-label") ?? one.textContent;
        key.dataset.own = does.dataset.own = "";
        list.append(key, does);
    }
    keys.querySelector("input").checked = !localStorage.getItem(keysOff);
    keys.showModal();
}

document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) showKeys();
});
keys?.querySelector("input").addEventListener("change", (event) => {
    if (event.target.checked) localStorage.removeItem(keysOff);
    else localStorage.setItem(keysOff, "yes");
});

const reconnect = document.getElementById("components-reconnect-modal");
let asking, leaving;
reconnect?.addEventListener("components-reconnect-state-changed", (event) => {
    const state = event.detail.state;
    reconnect.dataset.state = state;
    if (state === "show" && !reconnect.open) reconnect.showModal();
    if (state === "hide" && reconnect.open) reconnect.close();
    if (state === "rejected") reload();
    if (reconnect.open && !leaving) asking ??= setInterval(askForSession, 2000);
    else asking = clearInterval(asking);
});

// Once: a second reload would break off the first, which may take longer than the next question.
function reload() {
    if (leaving) return;
    leaving = true;
    asking = clearInterval(asking);
    location.reload();
}

// A portal that has forgotten the session will take no connection either; the page then goes to sign in and finds its draft again.
async function askForSession() {
    const answer = await fetch("/session").catch(() => null);
    if (answer?.status === 401) reload();
}
document.getElementById("reconnect-retry")?.addEventListener("click", async () => {
    if (!(await Blazor.reconnect())) reload();
});
document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "visible" && reconnect?.open) await Blazor.reconnect();
});

// A long text is kept in this browser while it is typed, and not sent with every letter.
document.addEventListener("input", (event) => {
    if (event.target.dataset?.keep) governance.drafts.write(event.target.dataset.keep, event.target.value);
});

// On paper every chart comes with its table.
let closed = [];
window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("figure details:not([open])")];
    closed.forEach((details) => { details.open = true; });
});
window.addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
