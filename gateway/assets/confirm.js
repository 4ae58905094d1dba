// Presses the button of a page that only asks to be confirmed, once somebody looks at it. Programs that follow every link of a mail
// to look for harm fetch pages, but show them to nobody.
"use strict";
(() => {
    const form = document.querySelector("form[data-at-once]");
    let sent = false;
    const send = () => {
        if (!form || sent || document.visibilityState !== "visible" || !document.hasFocus())
            return;
        sent = true;
        form.submit();
    };
    form?.addEventListener("submit", () => { sent = true; });
    document.addEventListener("visibilitychange", send);
    window.addEventListener("focus", send);
    send();
})();
