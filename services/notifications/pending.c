#include "notifications.handlers.h"

int notifications_templates(struct mesh_call *call, const Kosi__TemplatesRequest *request, Kosi__TemplatesReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_template(struct mesh_call *call, const Kosi__TemplateRequest *request, Kosi__MailTemplate *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_template_save(struct mesh_call *call, const Kosi__TemplateSaveRequest *request, Kosi__TemplateSaveReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_template_preview(struct mesh_call *call, const Kosi__PreviewRequest *request, Kosi__Preview *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
