#include "notifications.handlers.h"

int notifications_templates(struct mesh_call *call, const Kosi__TemplatesRequest *request, Kosi__TemplatesReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_template(struct mesh_call *call, const Kosi__TemplateRequest *request, Kosi__MailTemplate *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_template_save(struct mesh_call *call, const Kosi__TemplateSaveRequest *request, Kosi__TemplateSaveReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_template_preview(struct mesh_call *call, const Kosi__PreviewRequest *request, Kosi__Preview *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_newsletters(struct mesh_call *call, const Kosi__NewslettersRequest *request, Kosi__NewslettersReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_get_newsletter(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__Newsletter *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_newsletter_save(struct mesh_call *call, const Kosi__NewsletterSaveRequest *request, Kosi__Newsletter *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_newsletter_preview(struct mesh_call *call, const Kosi__NewsletterPreviewRequest *request, Kosi__Preview *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_newsletter_test(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__NewsletterTestReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_newsletter_send(struct mesh_call *call, const Kosi__NewsletterSendRequest *request, Kosi__Newsletter *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_archive(struct mesh_call *call, const Kosi__ArchiveRequest *request, Kosi__ArchiveReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int notifications_issue(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__ArchiveIssue *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
